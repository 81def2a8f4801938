"""Makes the invented readers: their comments, what a moderator decided about them, and the subscribers."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from articles.models import Article
from comments.models import Comment, Decision, Report
from comments.writing.receiving import reasons_to_hold
from config.demo import content
from newsletter.models import Subscriber


def make_readership(now: datetime) -> None:
    moderator = User.objects.get(username="moderator")
    articles = {article.slug: article for article in Article.objects.published()}
    rhythm = random.Random(1)  # noqa: S311 - how long decisions took
    for row in sorted(content.table("comments")["comments"], key=lambda row: -row["days_ago"]):
        comment = _write(articles[row["article"]], row, now)
        _decide(comment, row, moderator)
        _date_decision(comment, min(now, comment.created_at + _delay(rhythm)))
        _report(comment, row.get("report", ""))
    for row in content.table("subscribers")["subscribers"]:
        _make_subscribers(row, now)


def _write(article: Article, row: dict[str, Any], now: datetime) -> Comment:
    comment = Comment(
        article=article,
        parent=_answered(article, row.get("answers", "")),
        name=row["name"],
        email=row["email"],
        body=row["body"],
        badge=_badge(article, row["name"]),
        created_at=now - timedelta(days=row["days_ago"]),
        network="192.0.2.0/24",  # the network of examples (RFC 5737)
    )
    if row.get("status") == "pending" and (held_for := reasons_to_hold(comment)):
        comment.held_for, comment.status = held_for, Comment.Status.HELD
    comment.save()
    return comment


def _answered(article: Article, name: str) -> Comment | None:
    return article.comments.filter(name=name).latest("created_at") if name else None


def _badge(article: Article, name: str) -> str:
    is_author = article.contributions.filter(part="author", author__name__endswith=name).exists()
    return Comment.Badge.AUTHOR if is_author else Comment.Badge.NONE


def _report(comment: Comment, text: str) -> None:
    if text:
        comment.reports.create(reason=Report.Reason.OTHER, text=text)


def _decide(comment: Comment, row: dict[str, Any], moderator: User) -> None:
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


def _delay(rhythm: random.Random) -> timedelta:
    return timedelta(minutes=rhythm.choice((9, 25, 48, 95, 160, 240)))


def _date_decision(comment: Comment, at: datetime) -> None:
    """The verbs wrote that it was decided just now."""
    Comment.objects.filter(pk=comment.pk, decided_at__isnull=False).update(decided_at=at)
    Decision.objects.filter(comment=comment).update(at=at)


def _make_subscribers(row: dict[str, Any], now: datetime) -> None:
    asked = now - timedelta(days=row["requested"])
    said_yes = None if row["status"] == "pending" else asked + timedelta(minutes=6)
    left = asked + timedelta(days=20) if row["status"] == "unsubscribed" else None
    Subscriber.objects.bulk_create(
        Subscriber(
            email=email,
            status=row["status"],
            requested_at=asked,
            consent_wording=content.table("subscribers")["wording"],
            consent_page="/newsletter/",
            confirmed_at=said_yes,
            unsubscribed_at=left,
        )
        for email in row["emails"]
    )
