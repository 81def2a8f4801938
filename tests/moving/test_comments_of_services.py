"""Comments of Disqus and Isso come below the articles that are here, found by address or slug."""

import sqlite3
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments.models import Comment
from config.moving.models import Redirect
from tests import factories

pytestmark = pytest.mark.django_db


def bring(kind, file, *options):
    said = StringIO()
    call_command("import_from", kind, str(file), *options, stdout=said)
    return said.getvalue()


# Disqus


def post(number, *, thread=1, parent="", text="Well said.", **flags):
    flags = "".join(f"<{name}>{value}</{name}>" for name, value in flags.items())
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{number}"><id/><message><![CDATA[<p>{text}</p>]]></message>'
        f"<createdAt>2013-10-10T19:20:29Z</createdAt>{flags}<author><name>Ina</name>"
        f'<email>ina@example.org</email></author><thread dsq:id="{thread}"/>{above}</post>'
    )


def disqus(folder, *posts):
    file = folder / "disqus.xml"
    file.write_text(
        '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        '<thread dsq:id="1"><id/><forum>old</forum><link>http://old.example/2013/sleep.html</link>'
        '<title>Sleep</title></thread><thread dsq:id="2"><id/></thread>'
        + "".join(posts)
        + "</disqus>"
    )
    return file


def test_posts_of_disqus_come_below_the_article_with_their_threads(tmp_path):
    article = factories.published_article(slug="sleep")

    bring("disqus", disqus(tmp_path, post(5, text="answer", parent=4), post(4, text="first")))

    first, answer = Comment.objects.get(body="first"), Comment.objects.get(body="answer")
    assert answer.parent == first
    assert (first.article, first.name, first.email) == (article, "Ina", "ina@example.org")
    assert first.created_at == datetime(2013, 10, 10, 19, 20, 29, tzinfo=UTC)
    assert first.is_approved


def test_redirect_goes_before_the_slug(tmp_path):
    factories.published_article(slug="sleep")
    moved = factories.published_article(slug="other")
    Redirect.objects.create(path="/2013/sleep.html", article=moved)

    bring("disqus", disqus(tmp_path, post(4)))

    assert Comment.objects.get().article == moved


def test_deleted_spam_and_lost_posts_are_named(tmp_path):
    factories.published_article(slug="sleep")

    said = bring(
        "disqus",
        disqus(
            tmp_path,
            post(4, isDeleted="true"),
            post(5, isSpam="true"),
            post(6, thread=9),
            post(7, thread=2),
        ),
    )

    assert not Comment.objects.exists()
    for line in ("1 deleted comment", "1 comment marked as spam", "2 comment without a thread"):
        assert line in said


def test_comments_without_an_article_are_named_and_can_come_later(tmp_path):
    file = disqus(tmp_path, post(4))
    assert "1 comment without an article" in bring("disqus", file)
    factories.published_article(slug="sleep")

    bring("disqus", file, "--dry-run")
    assert not Comment.objects.exists()
    bring("disqus", file)
    bring("disqus", file)

    assert Comment.objects.count() == 1


# Isso


def isso(folder, *rows):
    file = folder / "comments.db"
    with sqlite3.connect(file) as database:
        database.executescript(
            "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT);"
            "CREATE TABLE comments (tid INTEGER, id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT,"
            " mode INTEGER, remote_addr TEXT, text TEXT, author TEXT, email TEXT, website TEXT);"
            "INSERT INTO threads VALUES (1, '/blog/sleep/', 'Sleep')"
        )
        database.executemany(
            "INSERT INTO comments VALUES (1, ?, ?, 1700000000.5, ?, '192.0.2.1', ?, ?, ?, NULL)",
            rows,
        )
    database.close()
    return file


def test_comments_of_isso_keep_their_threads_and_states(tmp_path):
    factories.published_article(slug="sleep")

    said = bring(
        "isso",
        isso(
            tmp_path,
            (1, None, 1, "first", "Ina", "ina@example.org"),
            (2, 1, 2, "waits", None, None),
            (3, 1, 4, "gone", "Bo", None),
        ),
    )

    first, waits = Comment.objects.order_by("pk")
    assert (first.name, first.body, first.network) == ("Ina", "first", "")
    assert (waits.parent, waits.status, waits.name) == (first, "pending", "Anonymous")
    assert first.created_at == datetime.fromtimestamp(1700000000.5, UTC)
    assert "1 deleted comment" in said


def test_comment_of_another_site_is_another_one_though_it_has_the_same_number(tmp_path):
    factories.published_article(slug="sleep")
    bring("isso", isso(tmp_path, (1, None, 1, "first", "Ina", None)))
    (tmp_path / "comments.db").unlink()
    second = isso(tmp_path, (1, None, 1, "of the second site", "Bo", None))
    with sqlite3.connect(second) as database:
        database.execute("UPDATE comments SET created = created + 1")
    database.close()

    bring("isso", second)
    bring("isso", second)

    assert {row.body for row in Comment.objects.all()} == {"first", "of the second site"}


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_file_that_is_no_database_of_isso_is_refused(tmp_path, content):
    file = tmp_path / "comments.db"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError, match=r"comments\.db cannot be read"):
        bring("isso", file)
    assert file.exists() is (content is not None)


def test_comment_of_a_time_that_cannot_be_gets_one_that_can_and_is_named(client, tmp_path):
    article = factories.published_article(slug="sleep")
    times = [-62_135_596_000, 253_402_300_000, 4_102_444_800]  # the years 1, 9999 and 2100
    rows = [(number, None, 1, f"Comment {number}", "Ina", None) for number in range(len(times))]
    file = isso(tmp_path, *rows)
    with sqlite3.connect(file) as database:
        database.executemany(
            "UPDATE comments SET created = ? WHERE id = ?", zip(times, range(3), strict=True)
        )
    database.close()

    said = bring("isso", file)

    made = [comment.created_at for comment in Comment.objects.all()]
    assert len(made) == len(times)
    assert all(article.published_at <= at <= timezone.now() for at in made)
    assert said.count("had none") == 2
    assert "was in the future: 2100-01-01" in said
    assert "2100-" not in client.get("/articles/sleep/comments/feed/").text
