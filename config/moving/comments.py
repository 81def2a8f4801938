"""Comments of an import: in the order of their threads, with the dates that they had."""

from collections.abc import Iterable
from html import unescape

from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from comments.models.comment import NAME_LENGTH
from comments.plain_text import clean, clean_name
from config.moving import records
from config.moving.keys import Keys
from config.moving.models import ImportedItem
from config.moving.report import Report
from config.moving.wording import words_of_html, words_of_text
from config.web.moments import by_now
from config.web.text.addresses import spelled

_KIND = ImportedItem.Kind.COMMENT
MOST_BODY = 50_000  # characters; forms take fewer, but an imported comment is not cut there


def store_comments(
    wanted: list[records.Comment], article: Article, *, keys: Keys, report: Report
) -> None:
    """Store those that are new, each below the one it answers. `article` has a row."""
    above = {comment.parent for comment in wanted if comment.parent}
    known = keys.rows(_KIND, {comment.foreign_id for comment in wanted} | above)
    new = [comment for comment in wanted if comment.foreign_id not in known]
    rows = Comment.objects.in_bulk(list(known.values()))
    here = {pk: row for pk, row in rows.items() if row.article_id == article.pk}
    by_id = {foreign_id: here[row] for foreign_id, row in known.items() if row in here}
    elsewhere = {number for number, row in known.items() if row in rows and row not in here}
    wrong = [comment for comment in wanted if comment.foreign_id in elsewhere]
    for comment in wrong:
        said = f"{comment.foreign_id} stands below another article, too: {comment.body}"
        report.say("comment", said)
    made: dict[str, Comment] = {}
    for comment in in_order(new, known=set(by_id), report=report):
        row = _row(comment, article, by_id.get(comment.parent), report)
        if row is not None:
            by_id[comment.foreign_id] = made[comment.foreign_id] = row
    Comment.objects.create_all(list(made.values()))
    keys.note_all(_KIND, {foreign_id: row.pk for foreign_id, row in made.items()})
    report.stored["comments"] += len(made)
    report.stored["comments that were here before"] += len(wanted) - len(new) - len(wrong)


def in_order(
    wanted: Iterable[records.Comment], *, known: set[str], report: Report
) -> list[records.Comment]:
    """The comments, each parent before its answers.

    An answer whose parent is missing begins a thread. So does one of several that answer each other
    in a circle.
    """
    waiting: dict[str, records.Comment] = {}
    for comment in wanted:
        if comment.foreign_id in waiting:
            report.say("comment", f"{comment.foreign_id} stands twice: {comment.body}")
        else:
            waiting[comment.foreign_id] = comment
    ordered: list[records.Comment] = []
    while waiting:
        comment = next(iter(waiting.values()))
        branch = [comment]
        while (parent := branch[-1].parent) in waiting and waiting[parent] not in branch:
            branch.append(waiting[parent])
        top = branch[-1]
        if top.parent and top.parent not in known:
            why = "which is missing, left out or an answer to it"
            report.say("thread", f"comment {top.foreign_id} answered {top.parent}, {why}")
            top.parent = ""
        for comment in reversed(branch):
            known.add(comment.foreign_id)
            ordered.append(waiting.pop(comment.foreign_id))
    return ordered


def _row(
    record: records.Comment, article: Article, parent: Comment | None, report: Report
) -> Comment | None:
    body = unescape(clean(record.body, limit=MOST_BODY))  # it came as HTML
    if not body:
        report.say("comment", f"{record.foreign_id} by {record.name}: no words {record.body}")
        return None
    report.say_missing(words_of_html(record.body), words_of_text(body))
    written = by_now(record.written_at or article.published_at or timezone.now())
    if record.written_at is None:
        report.say("date", f"comment {record.foreign_id} had none")
    elif record.written_at != written:
        report.say("date", f"comment {record.foreign_id} was in the future: {record.written_at}")
    if len(record.name) > NAME_LENGTH:
        report.say("name", f"cut at {NAME_LENGTH} characters: {record.name}")
    approved = record.status == "approved"
    return Comment(
        article=article,
        parent=parent,
        name=clean_name(unescape(record.name), limit=NAME_LENGTH) or "Anonymous",
        email=_email(record, report),
        body=body,
        status=Comment.Status.APPROVED if approved else Comment.Status.PENDING,
        created_at=written,
        decided_at=written if approved else None,
    )


def _email(record: records.Comment, report: Report) -> str:
    try:
        return spelled(record.email.strip()) if record.email.strip() else ""
    except ValueError:
        report.say("address", f"comment {record.foreign_id}: its e-mail address is none")
        return ""
