"""Issues made from articles: in one step, or as a digest of what is new."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article
from config.web.mail.hold import mail_may_leave
from newsletter.models import Block, Issue
from newsletter.models.issue import late_after

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FIRST_DIGEST = timedelta(days=7)  # what it looks back on
MOST_ARTICLES = 50
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@transaction.atomic
def issue_from(
    articles: Sequence[Article],
    *,
    by: "User | None",
    block: str = Block.Kind.ARTICLE,
    kind: str = Issue.Kind.ISSUE,
    occasion: str | None = None,
) -> Issue | None:
    """A draft with these articles, which has the title of the first one.

    A digest of several topics has the name of the site instead, because not every reader gets that
    article. `block` is the kind of block for each. With an `occasion` that has its issue already,
    None.
    """
    topics = {article.topic for article in articles}
    subject, preheader = articles[0].title, articles[0].standfirst[:200]
    if kind == Issue.Kind.DIGEST and len(topics) > 1:
        day = date_format(timezone.localdate(), "DATE_FORMAT")
        subject = _("New on %(site)s, %(day)s") % {"site": settings.SITE_NAME, "day": day}
        preheader = ""  # the titles that each reader gets stand there
    issue = Issue(
        subject=subject[:200],
        preheader=preheader,
        kind=kind,
        created_by=by,
        occasion=occasion,
    )
    if occasion:
        # One of several workers inserts the row.
        Issue.objects.bulk_create([issue], ignore_conflicts=True)
        made = Issue.objects.filter(occasion=occasion, key=issue.key).first()
        if made is None:
            return None
        issue = made
    else:
        issue.save()
    rows: list[Block] = []
    topic = None
    for article in articles:
        if kind == Issue.Kind.DIGEST and article.topic and article.topic != topic:
            rows.append(Block(kind=Block.Kind.HEADING, text=article.topic.name))
        topic = article.topic
        rows.append(Block(kind=block, article=article))
    for position, row in enumerate(rows):
        row.issue, row.position = issue, position
    Block.objects.bulk_create(rows)
    # What a program makes is for those who chose its topics. Without a topic it is for everyone.
    if kind != Issue.Kind.ISSUE and None not in topics:
        issue.topics.set(filter(None, topics))
    return issue


def make_digest(*, by: "User | None", occasion: str | None = None) -> Issue | None:
    """A draft of what was published since the last digest, by topic. None when nothing was."""
    last = Issue.objects.filter(kind=Issue.Kind.DIGEST).order_by("-created_at").first()
    since = last.created_at if last else timezone.now() - FIRST_DIGEST
    new = Article.objects.published().filter(published_at__gt=since)
    newest = list(new.select_related("topic__parent").newest_first()[:MOST_ARTICLES])
    # Sorting is stable: within a topic the newest stays first. Articles without a topic come before
    # the first heading, sub-topics after their topic.
    newest.sort(key=_place)
    if not newest:
        return None
    return issue_from(newest, by=by, kind=Issue.Kind.DIGEST, occasion=occasion)


def make_digest_at_its_hour() -> None:
    """Make the digest of today, once on all machines, and hold it or send it."""
    hour = _hour_of_today()
    now = timezone.now()
    if hour is None or not hour <= now < hour + late_after() or not mail_may_leave():
        return
    issue = make_digest(by=None, occasion=f"digest {timezone.localdate():%Y-%m-%d}")
    if issue is None:
        return
    if settings.NEWSLETTER_DIGEST_HELD:
        issue.alarm(_("The digest is ready. Check it, then send it."))
    else:
        issue.schedule(by=None, at=now)


def _hour_of_today() -> datetime | None:
    now = timezone.localtime()
    day = settings.NEWSLETTER_DIGEST_DAY
    if day == "never" or _DAYS.index(day) != now.weekday():
        return None
    return now.replace(hour=settings.NEWSLETTER_DIGEST_HOUR, minute=0, second=0, microsecond=0)


def _place(article: Article) -> tuple[Any, ...]:
    topic = article.topic
    if topic is None:
        return (False,)
    whole = topic.parent or topic
    return (True, whole.position, whole.name, topic != whole, topic.position, topic.name)
