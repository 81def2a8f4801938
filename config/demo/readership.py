"""Makes the invented readers: comments with what moderators decided, and subscribers."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from articles.models import Article
from comments.models import Comment, Decision, Report
from comments.writing.receiving import reasons_to_hold
from config.demo import content
from newsletter.models import Subscriber


def make_comments(now: datetime) -> None:
    """The comments, each with its decision and reports, dated back from `now`."""
    moderator = User.objects.get(username="moderator")
    articles = {article.slug: article for article in Article.objects.published()}
    rhythm = random.Random(1)  # noqa: S311 - how long decisions took
    for row in sorted(content.table("comments")["comments"], key=lambda row: -row["days_ago"]):
        comment = _write(articles[row["article"]], row, now)
        match row.get("status", "approved"):
            case "approved":
                comment.approve(by=moderator)
            case "rejected":
                comment.reject(by=moderator, reason=row["reason"])
            case "spam":
                comment.mark_as_spam(by=moderator)
            case "removed":
                comment.approve(by=moderator)
                comment.remove(by=moderator, reason=row["reason"])
        # The verbs wrote that it was decided just now.
        delay = timedelta(minutes=rhythm.choice((9, 25, 48, 95, 160, 240)))
        at = min(now, comment.created_at + delay)
        Comment.objects.filter(pk=comment.pk, decided_at__isnull=False).update(decided_at=at)
        Decision.objects.filter(comment=comment).update(at=at)
        if row.get("report"):
            comment.reports.create(reason=Report.Reason.OTHER, text=row["report"])


def _write(article: Article, row: dict[str, Any], now: datetime) -> Comment:
    name, answered = row["name"], row.get("answers")
    is_author = article.contributions.filter(part="author", author__name__endswith=name).exists()
    comment = Comment(
        article=article,
        parent=article.comments.filter(name=answered).latest("created_at") if answered else None,
        name=name,
        email=row["email"],
        body=row["body"],
        badge=Comment.Badge.AUTHOR if is_author else Comment.Badge.NONE,
        created_at=now - timedelta(days=row["days_ago"]),
        network="192.0.2.0/24",  # the network of examples (RFC 5737)
    )
    if row.get("status") == "pending" and (held_for := reasons_to_hold(comment)):
        comment.held_for, comment.status = held_for, Comment.Status.HELD
    comment.save()
    return comment


def make_subscribers(now: datetime) -> None:
    """The subscribers in each state, dated back from `now`, with the evidence of their consent."""
    table = content.table("subscribers")
    for row in table["subscribers"]:
        asked = now - timedelta(days=row["requested"])
        confirmed = None if row["status"] == "pending" else asked + timedelta(minutes=6)
        left = asked + timedelta(days=20) if row["status"] == "unsubscribed" else None
        subscribers = Subscriber.objects.bulk_create(
            Subscriber(
                email=email,
                status=row["status"],
                requested_at=asked,
                consent_wording=table["wording"],
                consent_page="/newsletter/",
                confirmed_at=confirmed,
                unsubscribed_at=left,
            )
            for email in row["emails"]
        )
        steps = {"asked": asked, "confirmed": confirmed, "left": left}
        for subscriber in subscribers:
            for kind, at in steps.items():
                said = (
                    {"wording": table["wording"], "page": "/newsletter/"} if kind == "asked" else {}
                )
                if at:
                    subscriber.consent_events.create(kind=kind, at=at, **said)
