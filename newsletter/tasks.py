"""Mail that the newsletter owes. The rows say what is due; a task only says "look now"."""

from django.tasks import task

from config.web.mail import messages as mail
from newsletter import links
from newsletter.models import Subscriber


@task()
def send_confirmation(subscriber_id: int) -> None:
    """Send the mail that a subscriber is owed, if it is still owed and nobody else is at it."""
    Subscriber.objects.deliver_mail(subscriber_id, send_owed_mail)


@task()
def send_due_confirmations() -> None:
    """Find what a killed task or an unreachable mail server left."""
    Subscriber.objects.deliver_due_mail(send_owed_mail)


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
