"""Articles on the desk's calendar: what was published, what is planned, what wants a review."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, ScheduledStep
from config.web.planning import MOST_ENTRIES, Entry, bounds

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

_FORM = "admin:articles_article_change"


def entries_of(user: "User | AnonymousUser", first: date, last: date) -> Iterator[Entry]:
    """What the user may see of these days, in four queries."""
    visible = Article.objects.visible_to(user)
    within = bounds(first, last)
    may_move = user.has_perm("articles.publish_article")
    # Plain values: of hundreds of articles a month shows some, and asks for the number of the rest.
    timed, shown = visible.published_between(*within), ("published_at", "title", "pk")
    published = timed.published().newest_first()
    for at, title, pk in published.values_list(*shown)[:MOST_ENTRIES]:
        yield Entry(timezone.localdate(at), "published", _("Published"), title, _FORM, pk, at)
    scheduled = timed.scheduled().order_by("published_at", "pk")
    for at, title, pk in scheduled.values_list(*shown)[:MOST_ENTRIES]:
        day = timezone.localdate(at)
        yield Entry(day, "scheduled", _("Scheduled"), title, _FORM, pk, at, may_move)
    due = visible.published().filter(review_by__range=(first, last)).order_by("review_by", "pk")
    for review_by, title, pk in due.values_list("review_by", "title", "pk")[:MOST_ENTRIES]:
        day = cast("date", review_by)
        yield Entry(day, "review", _("Due for review"), title, _FORM, pk)
    steps = ScheduledStep.objects.filter(article__in=visible, at__gte=within[0], at__lt=within[1])
    for step in steps.select_related("article").only("kind", "at", "article__title"):
        day, said = timezone.localdate(step.at), step.get_kind_display()
        yield Entry(day, "step", said, step.article.title, _FORM, step.article_id, step.at)
