"""Mails to the writers of an article: the newest comments that wait under it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.text import Truncator

from comments.models import Comment, WaitingMail
from comments.models.waiting_mail import BETWEEN_MAILS
from comments.plain_text import quoted
from config.web.mail import messages as mail
from config.web.mail.wanted_mail import MailKind, language_of, people_who_want
from config.web.site import absolute_url, public_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LISTED = 5
QUOTED_LENGTH = 600
# A comment gets its time before it is committed: younger ones are left to the next mail.
SETTLED_AFTER = timedelta(seconds=30)


def send_waiting(owed: WaitingMail) -> None:
    """Send the claimed mail about one article to each of its writers who wants it."""
    until = timezone.now() - SETTLED_AFTER
    waiting = Comment.objects.filter(article=owed.article_id, status=Comment.Status.PENDING)
    new = waiting.filter(created_at__gt=owed.told_until, created_at__lte=until).newest_first()
    row = WaitingMail.objects.filter(pk=owed.pk)
    is_sent = bool(owed.told)
    for person in people_who_want(MailKind.COMMENT_WAITING, owed.article.owners()):
        others = list(new.exclude(account=person)[: LISTED + 1])
        if person.pk in owed.told or not others:
            continue
        _send(person, owed, others)
        owed.told.append(person.pk)
        row.update(told=owed.told)
        is_sent = True
    row.update(told_until=until, told=[], mailed_at=timezone.now() if is_sent else owed.mailed_at)
    if waiting.filter(created_at__gt=until).exists():
        row.update(mail_due_at=timezone.now() + BETWEEN_MAILS, mail_attempts=0)


def _send(person: "User", owed: WaitingMail, comments: list[Comment]) -> None:
    article = owed.article
    items = []
    for comment in comments[:LISTED]:
        text = Truncator(comment.body).chars(QUOTED_LENGTH)
        items.append({"name": comment.name, "text": text, "quoted": quoted(text)})
    may_decide = person.has_perm("comments.moderate_comment")
    context: dict[str, Any] = {
        "article": article,
        "items": items,
        "has_more": len(comments) > LISTED,
        "may_decide": may_decide,
        "url": public_url("admin:comments_queue")
        if may_decide
        else absolute_url(article.get_absolute_url()),
        "settings_url": public_url("admin:own_settings"),
    }
    with translation.override(language_of(person)):
        mail.send(
            "comment_waiting",
            to=person.email,
            context=context,
            occasion=[article.pk, owed.told_until],
        )
