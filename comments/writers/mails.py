"""The mails to writers of comments. Only tasks send them, as a mail server can hang."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from comments.models import Comment, Notice, Writer
from comments.plain_text import quoted
from comments.writers import links
from comments.writers.notices import answer_request
from config.web.mail import messages as mail
from config.web.mail.list_headers import make_list_headers, make_list_id
from config.web.site import absolute_url

QUOTED_LENGTH = 1000
ANSWERS_LISTED = 20


def send_confirmation(writer: Writer) -> None:
    """Ask the owner of an address whether they want mails.

    The mail quotes no comment: a stranger may have typed both the words and the address.
    """
    if writer.verified_at is None and writer.muted_at is None:
        context = {
            "confirm_url": links.verify_url(writer),
            "mute_all_url": links.mute_all_url(writer),
            "days": links.VERIFY_WITHIN.days,
        }
        mail.send(
            "comment_confirm",
            to=writer.email,
            context=context,
            headers=_list_headers(writer),
            occasion=[writer.pk, timezone.localdate()],  # all of a day ask the same
        )


def send_notice(notice: Notice) -> None:
    """Send the mail of a notice, or drop the notice if its news is not true any more."""
    if notice.kind == Notice.Kind.ASKED:
        answer_request(notice.comment)
        notice.delete()
    elif notice.kind == Notice.Kind.ANSWERED:
        _send_answers(Notice.objects.claim_more_answers(notice))
    elif notice.is_true():
        _send("comment_" + notice.kind, [notice], {})
        _note_as_sent([notice])
    else:
        notice.delete()


def _send_answers(notices: list[Notice]) -> None:
    true = [notice for notice in notices if notice.is_true()]
    replies = [notice.reply for notice in true[:ANSWERS_LISTED] if notice.reply]
    if replies:
        more = {
            "answers": [answer_in_words(reply) for reply in replies],
            "count": len(true),
            "more": len(true) - len(replies),
            "name": replies[0].name,
        }
        _send("comment_answered", true, more)
    _note_as_sent(true)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices if notice not in true]).delete()


def answer_in_words(reply: Comment) -> dict[str, str]:
    """An answer as the templates of mails show it."""
    text = Truncator(reply.body).chars(QUOTED_LENGTH)
    address = absolute_url(reply.get_absolute_url())
    return {"name": reply.name, "text": text, "quoted": quoted(text), "url": address}


def _send(template: str, notices: list[Notice], more: dict[str, Any]) -> None:
    """The mail of notices about one comment."""
    comment = notices[0].comment
    writer = Writer.objects.of(comment.email).get()
    context = {
        "comment": comment,
        "article": comment.article,
        "comment_url": absolute_url(comment.get_absolute_url()),
        "manage_url": links.manage_url(comment, is_owner=True),
        "mute_thread_url": links.mute_thread_url(writer, comment.article_id),
        "mute_all_url": links.mute_all_url(writer),
    }
    mail.send(
        template,
        to=writer.email,
        context=context | more,
        headers=_list_headers(writer),
        occasion=[(notice.pk, notice.created_at) for notice in notices],
    )


def _list_headers(writer: Writer) -> dict[str, str]:
    list_id = make_list_id("comments", _("%(site)s comments") % {"site": settings.SITE_NAME})
    url = links.mute_all_url(writer)
    return make_list_headers(list_id, one_click_url=url)


def _note_as_sent(notices: list[Notice]) -> None:
    sent = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    sent.update(sent_at=timezone.now(), mail_due_at=None)
