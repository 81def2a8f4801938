"""How long an import takes: articles with ten comments each, from an export of WordPress made here.

    uv run python benchmarks/moving.py 2000

Says seconds, items a second, statements an article and the most memory, and what 20,000 articles would take.
"""

import resource
import sys
import time
from pathlib import Path

from scratch_site import scratch_folder, scratch_site

COMMENTS = 10
PARAGRAPH = "A kettle{0} that is descaled twice a year boils faster and lasts longer. " * 8
HEAD = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><wp:base_blog_url>http://old.example'
    "</wp:base_blog_url><wp:author><wp:author_login>ada</wp:author_login></wp:author>"
)


def comment(number: int, parent: int) -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Reader {number % 5000}</wp:comment_author>"
        f"<wp:comment_author_email>reader{number % 5000}@example.org</wp:comment_author_email>"
        f"<wp:comment_date_gmt>2019-03-05 00:00:00</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_content>Well said, and here is kettle {number}, which is mine.</wp:comment_content>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )


def item(number: int) -> str:
    text = "".join(f"<p>{PARAGRAPH.format(number % 997)}</p>" for _ in range(6))
    first = number * COMMENTS
    comments = "".join(comment(first + n, first + n - 1 if n % 3 else 0) for n in range(COMMENTS))
    return (
        f"<item><title>Post {number}</title><link>http://old.example/post-{number}/</link><dc:creator>ada</dc:creator>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date_gmt>2019-03-04 05:06:07</wp:post_date_gmt><wp:post_name>post-{number}</wp:post_name>"
        f"<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>{comments}</item>\n"
    )


def write(path: Path, articles: int) -> None:
    with path.open("w") as file:
        file.write(HEAD)
        file.writelines(item(number) for number in range(1, articles + 1))
        file.write("</channel></rss>")


def main(articles: int) -> None:
    with scratch_folder() as folder, scratch_site(folder):
        from django.core.management import call_command
        from django.db import connection

        statements = 0

        def count(execute, *arguments):  # type: ignore[no-untyped-def]
            nonlocal statements
            statements += 1
            return execute(*arguments)

        export = folder / "export.xml"
        write(export, articles)
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.monotonic()
        with connection.execute_wrapper(count):
            call_command("import_from", "wordpress", str(export), "--publish")
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_SELF)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        say = sys.stdout.write
        say(
            f"{articles} articles, {articles * COMMENTS} comments: {seconds:.0f} s, {used:.0f} s of them in Python\n"
        )
        say(
            f"{statements / articles:.1f} statements an article, {after.ru_maxrss / 1024:.0f} MB at most\n"
        )
        say(f"20,000 articles would take {seconds * 20_000 / articles / 60:.1f} minutes\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
