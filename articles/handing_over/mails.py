"""The mails about the work on articles. Only tasks send them, as a mail server can hang."""

from typing import Any

from django.utils import translation

from articles.models import Article, Notice
from articles.models.notice import OF_EXPERTS
from config.web.mail import messages as mail
from config.web.mail.wanted_mail import MailKind, language_of
from config.web.site import absolute_url, public_url

LISTED = 30


def send_notice(notice: Notice) -> None:
    """Send a claimed notice, or drop it if its news is not true any more.

    Reminders that are due to the same person go into one mail.
    """
    if notice.kind == MailKind.REVIEW_DUE:
        _send_reminders(Notice.objects.claim_more_reminders(notice))
    elif notice.is_true() and _may_see(notice):
        person, is_of_expert = notice.by, notice.kind in OF_EXPERTS
        page = "experts" if is_of_expert else "change"  # where the work waits
        by = (person.get_full_name() or person.get_username()) if person else ""
        context = {
            "article": notice.article,
            "by": notice.reason if is_of_expert else by,
            "reason": "" if is_of_expert else notice.reason,
            "url": public_url(f"admin:articles_article_{page}", notice.article_id),
            "public_url": absolute_url(notice.article.get_absolute_url()),
        }
        _send(f"article_{notice.kind}", notice, context)
    else:
        notice.delete()


def _send_reminders(notices: list[Notice]) -> None:
    true = [notice for notice in notices if notice.is_true() and _may_see(notice)]
    if true:
        ordered = sorted(true, key=lambda notice: (notice.review_by, notice.pk))
        listed = [
            {
                "notice": row,
                "url": public_url("admin:articles_article_change", row.article.pk),
            }
            for row in ordered[:LISTED]
        ]
        context = {
            "items": listed,
            "article": ordered[0].article,
            "count": len(true),
            "more": len(true) - len(listed),
            "url": public_url("admin:articles_article_changelist") + "?review=soon",
        }
        _send("article_review_due", notices[0], context)
    sent = [notice.pk for notice in true]
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    rows.exclude(pk__in=sent).delete()
    rows.filter(pk__in=sent).update(mail_due_at=None, mail_attempts=0)


def _may_see(notice: Notice) -> bool:
    """Whether the person still works here, and on this article."""
    visible = Article.objects.visible_to(notice.user)
    return bool(notice.user.email) and visible.filter(pk=notice.article_id).exists()


def _send(template: str, notice: Notice, context: dict[str, Any]) -> None:
    settings_url = public_url("admin:own_settings")
    with translation.override(language_of(notice.user)):
        mail.send(
            template,
            to=notice.user.email,
            context={"settings_url": settings_url, **context},
            occasion=[notice.pk, notice.created_at],
        )
