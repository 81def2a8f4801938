"""The comments of an item of an export."""

from collections.abc import Iterator

from config.moving.records import Comment
from config.moving.report import Report
from config.moving.sources.reading import Element
from config.moving.sources.wordpress.dates import moment

# All other kinds are no reader's words: pingbacks, and notes of editors that nobody may see.
_KINDS = {"", "comment", "review"}
_STATES = {"1": "approved", "approve": "approved", "approved": "approved", "0": "pending"}
_STATES["hold"] = "pending"


def comments_of(item: Element, report: Report) -> Iterator[Comment]:
    """Those that were shown or waited. The others are named, and so are writers' web addresses."""
    for element in item.all("comment"):
        number, kind = element.get("comment_id"), element.get("comment_type")
        state = element.get("comment_approved") or "1"
        name, body = element.get("comment_author"), element.get("comment_content")
        if not number:
            report.say("comment without a number", f"{name}: {body}")
            continue
        if kind not in _KINDS:
            report.say(f"comment of the kind {kind}", f"{number} {name}: {body}")
            continue
        if state not in _STATES:
            report.say(f"comment marked as {state}", f"{number} {name}: {body}")
            continue
        if element.get("comment_author_url"):
            report.say("web address of a reader", f"{number} {element.get('comment_author_url')}")
        parent = element.get("comment_parent")
        yield Comment(
            foreign_id=number,
            name=name,
            email=element.get("comment_author_email"),
            body=body,
            written_at=moment(element.get("comment_date_gmt"), element.get("comment_date")),
            status=_STATES[state],
            parent="" if parent == "0" else parent,
        )
