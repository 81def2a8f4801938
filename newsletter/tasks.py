"""Mail that the newsletter owes. The rows say what is due; a task only says "look now"."""

import logging
import smtplib
from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from config.web import mail
from newsletter import links
from newsletter.models import Subscriber

logger = logging.getLogger("colophon.newsletter")

# Longer than a mail server can hang in all steps of a delivery together (15 seconds each, see read_smtp).
LEASE = timedelta(minutes=3)
# After a failed try; the last is repeated. Greylisting servers want a few minutes, a broken one a day.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]
SWEEP_SIZE = 500


@task()
def send_confirmation(subscriber_id: int) -> None:
    """Send the mail that a subscriber is owed, if it is still owed and nobody else is at it."""
    deliver(subscriber_id)


@task()
def send_due_confirmations() -> None:
    """Find what a killed task or an unreachable mail server left."""
    for pk in Subscriber.objects.due_for_mail().values_list("pk", flat=True)[:SWEEP_SIZE]:
        if not deliver(pk):
            break


def deliver(pk: int) -> bool:
    """Send one owed mail. False when the mail server itself is away, so that trying others is no use now."""
    subscriber = Subscriber.objects.claim_mail(pk, lease=LEASE)
    if subscriber is None:
        return True
    claimed = Subscriber.objects.filter(pk=pk, mail_due_at=subscriber.mail_due_at)
    try:
        send_owed_mail(subscriber)
    except Exception as error:  # whatever is wrong with one mail, the others go out
        pause = PAUSES[min(subscriber.mail_attempts, len(PAUSES)) - 1]
        claimed.update(mail_due_at=timezone.now() + pause)
        logger.warning(
            "mail to subscriber %s failed, try %s: %r", pk, subscriber.mail_attempts, error
        )
        return not _server_is_away(error)
    # Conditional: who confirmed or asked again during the sending is owed another mail.
    claimed.update(mail_due_at=None, mail_attempts=0)
    return True


def send_owed_mail(subscriber: Subscriber) -> None:
    """The mail that fits the state: a link to confirm by, or word that the subscription stands."""
    if subscriber.status == Subscriber.Status.PENDING:
        _send_link_to_confirm(subscriber)
    elif subscriber.is_confirmed:
        _send_word_of_subscription(subscriber)


def _send_link_to_confirm(subscriber: Subscriber) -> None:
    # No word of this mail was typed by whoever asked: nobody can send messages to strangers with it.
    mail.send(
        "newsletter_confirm",
        to=subscriber.email,
        context={
            "requested_at": subscriber.requested_at,
            "confirm_url": links.confirm_url(subscriber),
            "days": links.CONFIRM_WITHIN.days,
        },
        headers={"Auto-Submitted": "auto-generated"},
    )


def _send_word_of_subscription(subscriber: Subscriber) -> None:
    mail.send(
        "newsletter_subscribed",
        to=subscriber.email,
        context={
            "confirmed_at": subscriber.confirmed_at,
            "unsubscribe_url": links.unsubscribe_url(subscriber),
        },
        headers={"Auto-Submitted": "auto-generated", **links.list_headers(subscriber)},
    )


def _server_is_away(error: Exception) -> bool:
    """Not reached or fallen silent; an answer, even a refusal, concerns this mail only."""
    answers = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
    return isinstance(error, OSError) and not isinstance(error, answers)
