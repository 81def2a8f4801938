"""A thread as readers see it, 50 comments a page. All pages of all threads cost the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Field,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse

from articles.models import Article
from comments.models import Comment, DiscussionSettings
from comments.querysets import CommentQuerySet
from comments.reading.opening import Opening, opening_of
from config.web.database.compiled import Compiled, Given

PAGE_SIZE = 50
# The placeholder of a comment in one of these states does not name its writer: who withdrew wants
# to be forgotten, and the name under spam is often the advertisement.
NAMELESS = {Comment.Status.WITHDRAWN, Comment.Status.SPAM}

Sort = Literal["oldest", "newest"]


class Entry(NamedTuple):
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
    def from_row(cls, row: list[Any]) -> "Entry":
        *fields, created_at, edited_at = row
        edited = datetime.fromisoformat(edited_at) if edited_at else None
        return cls._make([*fields, datetime.fromisoformat(created_at), edited])

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


# An Entry as a list in JSON, so that a thread comes in one value of one row. Field and not
# JSONField: psycopg has read the JSON already.
_ENTRY = Func(
    *("pk", "path", "parent_id", "parent__name", "parent__status", "name", "badge"),
    *("status", "reason"),
    # What is no longer public does not leave the database.
    Case(
        When(status=Comment.Status.APPROVED, then=F("body_html")),
        default=Value("", output_field=TextField()),
    ),
    *("created_at", "edited_at"),
    function="json_build_array",
    output_field=Field(),
)


def read_discussion(
    article: Article, *, after: Comment | None = None, sort: Sort = "oldest"
) -> Discussion:
    """A page of the thread with its count and settings, in one query.

    `after` is the last comment of the page before it.
    """
    place = {"path": after.path, "branch": after.path[0]} if after else {}
    [(count, rules, *lists)] = _PAGES[sort, after is None].rows(article=article.pk, **place)
    rules_html, close_after_days = rules or ("", None)
    entries = [Entry.from_row(row) for rows in lists for row in rows][: PAGE_SIZE + 1]
    return Discussion(
        count=count or 0,
        opening=opening_of(article, close_after_days),
        rules_html=rules_html,
        entries=entries[:PAGE_SIZE],
        next_after=entries[PAGE_SIZE - 1].pk if len(entries) > PAGE_SIZE else None,
        is_first=after is None,
        sort=sort,
    )


def _page(sort: Sort, *, is_first: bool) -> QuerySet[Article, tuple[Any, ...]]:
    """The count of comments, the settings, and the comments of a page in one or two lists."""
    pair = Func(
        "rules_html",
        "close_after_days",
        function="json_build_array",
        output_field=Field(),
    )
    thread = Comment.objects.in_thread().filter(article=OuterRef("pk"))
    lists = [
        Func(
            ArraySubquery(rows.values(entry=_ENTRY)[: PAGE_SIZE + 1]),
            function="array_to_json",
            output_field=Field(),
        )
        for rows in _in_order(thread, sort, is_first=is_first)
    ]
    rules = Subquery(DiscussionSettings.objects.values(pair=pair))
    return Article.objects.filter(pk=Given("article")).values_list("thread__shown", rules, *lists)


def _in_order(thread: CommentQuerySet, sort: Sort, *, is_first: bool) -> Iterator[CommentQuerySet]:
    """The rows of a page in one or two lists that follow each other, each read from an index."""
    path, branch = Cast(Given("path"), ArrayField(BigIntegerField())), Given("branch")
    if sort == "oldest":
        yield (thread if is_first else thread.filter(path__gt=path)).order_by("path")
    elif is_first:
        yield thread.newest_branch_first()
    else:
        # In the same order as the other list, so that the same index serves.
        yield thread.filter(path__0=branch, path__gt=path).newest_branch_first()
        yield thread.filter(path__0__lt=branch).newest_branch_first()


_SORTS: tuple[Sort, ...] = ("oldest", "newest")
_PAGES = {
    (sort, is_first): Compiled(partial(_page, sort, is_first=is_first))
    for sort in _SORTS
    for is_first in (True, False)
}


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
