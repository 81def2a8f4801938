"""Comments of Disqus: the XML of Moderate → Export."""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from config.moving.records import Comment, Discussion, Source
from config.moving.report import Report
from config.moving.sources.reading import Element, read
from config.moving.wording import text_of_html


class Disqus(Source):
    """The threads and posts stand anywhere in the file, so comments are held until it is read."""

    def __init__(self, files: Collection[Path], *, repair: bool = False) -> None:
        self.files, self.repair = files, repair
        self.mendings: Counter[str] = Counter()
        self.threads: dict[str, Discussion] = {}
        forums: set[str] = set()
        for element in self._read(self.mendings):
            forums.update(filter(None, [element.get("forum")]))
            if element.name == "thread" and element.get("link"):
                number, place = element.attributes.get("id", ""), f"line {element.line}"
                title = text_of_html(element.get("title"))
                self.threads[number] = Discussion(place, title, element.get("link"))
        self.site = f"disqus {' '.join(sorted(forums))}"[:200].strip()

    def discussions(self, report: Report) -> Iterator[Discussion]:
        for what, number in (+self.mendings).items():
            report.say("mended", f"{number} {what}")
        for element in self._read(Counter()):
            if element.name != "post":
                continue
            report.begin("post", f"line {element.line}")
            thread = self.threads.get(_reference(element, "thread"))
            comment = _comment(element, report, is_known=thread is not None)
            if comment and thread:
                thread.comments.append(comment)
        for thread in self.threads.values():
            if thread.comments:
                yield thread
                thread.comments = []

    def _read(self, mendings: Counter[str]) -> Iterator[Element]:
        for file in self.files:
            yield from read(file, inside=("disqus",), repair=self.repair, mendings=mendings)


def _comment(post: Element, report: Report, *, is_known: bool) -> Comment | None:
    """The comment of a post; None, and a line in the report, for one that nobody is to see."""
    number, body = post.attributes.get("id", ""), post.get("message")
    author = next(post.all("author"), None)
    name, email = (author.get("name"), author.get("email")) if author else ("", "")
    refusals = {
        "deleted comment": post.get("isDeleted") == "true",
        "comment marked as spam": post.get("isSpam") == "true",
        "comment without a thread": not is_known,
        "comment without a number": not number,
    }
    for kind, is_so in refusals.items():
        if is_so:
            report.say(kind, f"{number} {name}: {body}")
            return None
    is_approved = post.get("isApproved") != "false"
    try:
        written = parse_datetime(post.get("createdAt"))
    except ValueError:
        written = None
    return Comment(
        foreign_id=number,
        name=name,
        email=email,
        body=body,
        written_at=written if written and is_aware(written) else None,
        status="approved" if is_approved else "pending",
        parent=_reference(post, "parent"),
    )


def _reference(element: Element, name: str) -> str:
    return next((child.attributes.get("id", "") for child in element.all(name)), "")
