"""Articles on the desk's calendar: what was published, what is planned, what wants a review."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, ScheduledStep
from config.web.planning import MOST_ENTRIES, Entry, bounds

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


def entries_of(user: "User | AnonymousUser", first: date, last: date) -> Iterator[Entry]:
    """What the user may see of these days, in four queries."""
    visible = Article.objects.visible_to(user)
    within = bounds(first, last)
    may_move = user.has_perm("articles.publish_article")
    timed = visible.published_between(*within).only("title", "published_at")
    for row in timed.published().newest_first()[:MOST_ENTRIES]:
        yield _at_its_time(row, "published", _("Published"))
    for row in timed.scheduled().order_by("published_at", "pk")[:MOST_ENTRIES]:
        yield _at_its_time(row, "scheduled", _("Scheduled"), moves=row.pk if may_move else None)
    due = visible.published().filter(review_by__range=(first, last)).order_by("review_by", "pk")
    for row in due.only("title", "review_by")[:MOST_ENTRIES]:
        if row.review_by:
            yield Entry(row.review_by, "review", _("Due for review"), row.title, _form(row.pk))
    steps = ScheduledStep.objects.filter(article__in=visible, at__gte=within[0], at__lt=within[1])
    for step in steps.select_related("article").only("kind", "at", "article__title"):
        day, said = timezone.localdate(step.at), step.get_kind_display()
        yield Entry(day, "step", said, step.article.title, _form(step.article_id), step.at)


def _at_its_time(article: Article, kind: str, said: str, *, moves: int | None = None) -> Entry:
    at = article.published_at or timezone.now()
    day = timezone.localdate(at)
    return Entry(day, kind, said, article.title, _form(article.pk), at, moves)


def _form(pk: int) -> str:
    return reverse("admin:articles_article_change", args=[pk])
