"""The short piles of work on the desk's first page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from articles.models import Article, LinkUse, ScheduledStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from articles.querysets import ArticleQuerySet

SHOWN = 5
_FIELDS = ("title", "modified_at", "published_at", "review_by")


@dataclass(frozen=True)
class Line:
    pk: int
    title: str
    about: str  # why it is here, or since when


@dataclass(frozen=True)
class Pile:
    """At most SHOWN lines; `links` (label, address) lead to all of them if there are more."""

    title: str
    lines: list[Line]
    links: list[tuple[str, str]] = field(default_factory=list)


def piles_of(user: "User | AnonymousUser") -> list[Pile]:
    """The piles of somebody who publishes, or of somebody who writes, in eight queries or fewer."""
    if user.has_perm("articles.publish_article"):
        visible = Article.objects.visible_to(user)
        # The longest waiting first.
        waiting = visible.filter(status="in_review").order_by("modified_at", "pk")
        due = visible.review_due(by=timezone.localdate()).order_by("review_by", "pk")
        changed = Article.objects.filter(working_copy__isnull=False)
        changed = changed.order_by("-modified_at", "-pk")
        stopped = visible.stopped().order_by("-modified_at", "-pk")
        failed = _pile(_("Could not be published"), "state=stopped", stopped, _reason)
        return [
            *([failed] if failed.lines else []),
            _pile(_("Waiting for me"), "state=in_review", waiting, _saved),
            _returned(user),
            _pile(_("Due for review"), "review=due", due, _review_by),
            _planned(),
            _pile(_("Unpublished changes"), "state=changed", changed, _saved),
            _broken_links(),
        ]
    if user.has_perm("articles.view_article"):
        return [_returned(user), _own(user, "draft"), _own(user, "in_review")]
    return []


def _own(user: "User | AnonymousUser", status: str) -> Pile:
    rows = Article.objects.visible_to(user).filter(status=status).order_by("-modified_at", "-pk")
    title = _("Your drafts") if status == "draft" else _("Your articles in review")
    return _pile(title, f"state={status}", rows, _saved)


def _returned(user: "User | AnonymousUser") -> Pile:
    rows = Article.objects.returned_to(user).order_by("-modified_at", "-pk")
    return _pile(_("Returned to me"), "state=returned", rows, _reason)


def _broken_links() -> Pile:
    """The links of public articles that lead nowhere, the newest first."""
    uses = LinkUse.objects.broken().select_related("link", "article")
    uses = uses.only("link__address", "link__host", "link__answer", "article__title")
    found = list(uses[: SHOWN + 1])
    lines = [
        Line(use.article_id, use.article.title, f"{use.link.short} – {use.link.said}")
        for use in found[:SHOWN]
    ]
    links = [(_("Show all"), f"{reverse('admin:articles_link_changelist')}?state=broken")]
    return Pile(_("Broken links"), lines, links if len(found) > SHOWN else [])


def _planned() -> Pile:
    """What happens by itself, in the order of time: articles, changes and withdrawals."""
    articles = Article.objects.scheduled().order_by("published_at", "pk").only(*_FIELDS)
    steps = ScheduledStep.objects.select_related("article").order_by("at", "pk")
    steps = steps.only("kind", "at", "article__title")
    planned: list[tuple[Any, Article, str]] = []
    planned += [(row.published_at, row, _("Publish")) for row in articles[: SHOWN + 1]]
    planned += [(step.at, step.article, step.get_kind_display()) for step in steps[: SHOWN + 1]]
    planned.sort(key=lambda plan: (plan[0], plan[1].pk))
    lines = []
    for at, row, what in planned[:SHOWN]:
        time = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
        lines.append(Line(row.pk, row.title, f"{what}: {time}"))
    links = [
        (_("All scheduled articles"), _list("state=scheduled")),
        (_("All scheduled changes and withdrawals"), _list("state=planned")),
    ]
    return Pile(_("Scheduled"), lines, links if len(planned) > SHOWN else [])


def _pile(title: str, query: str, rows: "ArticleQuerySet", about: Callable[[Article], str]) -> Pile:
    found = list(rows.only(*_FIELDS)[: SHOWN + 1])
    lines = [Line(row.pk, row.title, about(row)) for row in found[:SHOWN]]
    links = [(_("Show all"), _list(query))] if len(found) > SHOWN else []
    return Pile(title, lines, links)


def _saved(article: Article) -> str:
    return _("saved %(time)s ago") % {"time": timesince(article.modified_at)}


def _reason(article: Article) -> str:
    reason = getattr(article, "return_reason", "") or getattr(article, "stop_reason", "")
    return Truncator(reason).chars(160) if reason else _saved(article)


def _review_by(article: Article) -> str:
    return _("since %s") % date_format(article.review_by or "", "SHORT_DATE_FORMAT")


def _list(query: str) -> str:
    return f"{reverse('admin:articles_article_changelist')}?{query}"
