"""Reminders of reviews: a month before, a week before, and when they are due."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.models import Article, Notice
from articles.models.notice import publishers, responsible
from config.web.mail.wanted_mail import MailKind, people_who_want

# The stages, the next one first, and how many days before the review each begins.
STAGES = [(Notice.Stage.DUE, 0), (Notice.Stage.WEEK, 7), (Notice.Stage.MONTH, 30)]
AT_ONCE = 500


def owe_reminders() -> None:
    """Owe the editors who want them the reminders of this day. Safe to run twice and at once."""
    people = people_who_want(MailKind.REVIEW_DUE, publishers())
    if not people:
        return
    today, begins = timezone.localdate(), None
    for stage, days in STAGES:
        ends = today + timedelta(days=days)
        articles = Article.objects.review_due(by=ends)
        if begins is not None:
            articles = articles.filter(review_by__gt=begins)
        told = Notice.objects.filter(
            article=OuterRef("pk"),
            kind=MailKind.REVIEW_DUE,
            review_by=OuterRef("review_by"),
            stage=stage,
        )
        untold = articles.filter(~Exists(told)).only("review_by").order_by("review_by", "pk")
        for article in untold[:AT_ONCE]:
            Notice.objects.owe_reminders(article, stage, responsible(article, people))
        begins = ends
