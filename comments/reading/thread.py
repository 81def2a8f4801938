"""A thread as readers see it, 50 comments a page. All pages of all threads cost the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from articles.models import Article
from comments.models import Comment, DiscussionSettings
from comments.querysets import CommentQuerySet
from comments.reading.opening import Opening, opening_of

PAGE_SIZE = 50
# The placeholder of a comment in one of these states does not name its writer: who withdrew wants
# to be forgotten, and the name under spam is often the advertisement.
NAMELESS = {Comment.Status.WITHDRAWN, Comment.Status.SPAM}

Sort = Literal["oldest", "newest"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment in a thread, or its placeholder. No model instance, which would take more time."""

    pk: int
    path: list[int]
    parent: int | None
    parent_name: str | None
    parent_status: str | None
    name: str
    badge: str
    status: str
    reason: str
    body_html: str
    created_at: datetime
    edited_at: datetime | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Entry":
        edited_at = row["edited_at"] and datetime.fromisoformat(row["edited_at"])
        created_at = datetime.fromisoformat(row["created_at"])
        return cls(**row | {"created_at": created_at, "edited_at": edited_at})

    @classmethod
    def of(cls, comment: Comment) -> "Entry":
        """The entry of a comment, which may be unsaved, for a page that shows it alone."""
        fields = ("pk", "path", "name", "badge", "status", "reason", "created_at", "edited_at")
        words = {name: getattr(comment, name) for name in (*fields, "body_html")}
        return cls(parent=None, parent_name=None, parent_status=None, **words)

    @property
    def is_shown(self) -> bool:
        """Twin of Comment.is_approved. Any other entry is a placeholder."""
        return self.status == Comment.Status.APPROVED


@dataclass(frozen=True)
class Discussion:
    """What the comments section of an article shows."""

    count: int
    opening: Opening
    rules_html: str
    entries: list[Entry]
    # The last comment of this page, when there is a next one.
    next_after: int | None
    is_first: bool = True
    sort: Sort = "oldest"

    @property
    def begun_by(self) -> int | None:
        """The first comment of the branch in which this page begins; None if it begins with it."""
        path = self.entries[0].path if self.entries else []
        return path[0] if len(path) > 1 else None


_ROW = JSONObject(
    pk="pk",
    path="path",
    parent="parent_id",
    parent_name="parent__name",
    parent_status="parent__status",
    name="name",
    badge="badge",
    status="status",
    reason="reason",
    # What is no longer public does not leave the database.
    body_html=Case(
        When(status=Comment.Status.APPROVED, then=F("body_html")),
        default=Value("", output_field=TextField()),
    ),
    created_at="created_at",
    edited_at="edited_at",
)


def read_discussion(
    article: Article, *, after: Comment | None = None, sort: Sort = "oldest"
) -> Discussion:
    """A page of the thread with its count and settings, in one query.

    `after` is the last comment of the page before it.
    """
    rules = DiscussionSettings.objects.values(
        json=JSONObject(html="rules_html", close_after_days="close_after_days")
    )
    pages = [
        ArraySubquery(rows.values(json=_ROW)[: PAGE_SIZE + 1])
        for rows in _in_order(
            Comment.objects.in_thread().filter(article=OuterRef("pk")), after, sort
        )
    ]
    this = Article.objects.filter(pk=article.pk)
    count, set_rules, *lists = this.values_list("thread__shown", Subquery(rules), *pages).get()
    rules_of_site = set_rules or {"html": "", "close_after_days": None}
    entries = [Entry.from_row(row) for rows in lists for row in rows][: PAGE_SIZE + 1]
    return Discussion(
        count=count or 0,
        opening=opening_of(article, rules_of_site["close_after_days"]),
        rules_html=rules_of_site["html"],
        entries=entries[:PAGE_SIZE],
        next_after=entries[PAGE_SIZE - 1].pk if len(entries) > PAGE_SIZE else None,
        is_first=after is None,
        sort=sort,
    )


def _in_order(
    thread: CommentQuerySet, after: Comment | None, sort: Sort
) -> Iterator[CommentQuerySet]:
    """The rows of a page in one or two lists that follow each other, each read from an index."""
    if sort == "oldest":
        yield (thread.filter(path__gt=after.path) if after else thread).order_by("path")
    elif after is None:
        yield thread.newest_branch_first()
    else:
        branch = after.path[0]
        # In the same order as the other list, so that the same index serves.
        yield thread.filter(path__0=branch, path__gt=after.path).newest_branch_first()
        yield thread.filter(path__0__lt=branch).newest_branch_first()


def levels(entries: Iterable[Entry], limit: int | None = None) -> Iterator[tuple[int, Entry]]:
    """Each comment with the level of its list on this page, from 1 to COMMENTS_MAX_DEPTH.

    A page may begin within a branch, whose upper comments then add no level.
    """
    limit = limit or settings.COMMENTS_MAX_DEPTH
    above: list[Entry] = []
    for entry in entries:
        while above and above[-1].pk not in entry.path:
            above.pop()
        above.append(entry)
        yield min(len(above), limit), entry


def page_address(article: Article, comment: Comment) -> str:
    """The address of a page that shows a comment: the article's if it is among the first ones.

    Else it is a page of the thread that begins with the comment's branch, or with the comment if it
    stands too far down in the branch.
    """
    thread = Comment.objects.in_thread().filter(article=article)
    if _stands_within(thread, comment):
        return f"{article.get_absolute_url()}#comment-{comment.pk}"
    of_branch = thread.filter(path__gte=comment.path[:1])
    start = comment.path[:1] if _stands_within(of_branch, comment) else comment.path
    before = thread.filter(path__lt=start).order_by("-path").values_list("pk", flat=True).first()
    address = reverse("comments:post", args=[article.slug])
    return f"{address}?after={before}#comment-{comment.pk}"


def _stands_within(thread: CommentQuerySet, comment: Comment) -> bool:
    """Whether the comment is among the first PAGE_SIZE of these."""
    before = thread.filter(path__lt=comment.path).order_by("path")
    return len(before.values_list("pk")[:PAGE_SIZE]) < PAGE_SIZE
