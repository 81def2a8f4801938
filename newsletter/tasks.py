"""The mail that subscribers are owed. Rows say what is due; a task only says "look now"."""

from django.tasks import task

from config.web.mail import messages as mail
from newsletter import links
from newsletter.models import Subscriber


@task()
def send_confirmation(subscriber_id: int) -> None:
    """Send the mail that one subscriber is owed, unless it was sent or another worker has it."""
    Subscriber.objects.deliver_mail(subscriber_id, send_owed_mail)


@task()
def send_due_confirmations() -> None:
    """Send the mails that a killed task or an unreachable mail server left."""
    Subscriber.objects.deliver_due_mail(send_owed_mail)


def send_owed_mail(subscriber: Subscriber) -> None:
    """Send a pending subscriber a link to confirm by, and a confirmed one word of that."""
    headers = {"Auto-Submitted": "auto-generated"}
    if subscriber.status == Subscriber.Status.PENDING:
        # The mail holds no text that was typed: nobody can send messages to strangers with it.
        context = {
            "requested_at": subscriber.requested_at,
            "confirm_url": links.confirm_url(subscriber),
            "days": links.CONFIRM_WITHIN.days,
        }
        mail.send("newsletter_confirm", to=subscriber.email, context=context, headers=headers)
    elif subscriber.is_confirmed:
        context = {
            "confirmed_at": subscriber.confirmed_at,
            "unsubscribe_url": links.unsubscribe_url(subscriber),
        }
        headers |= links.list_headers(subscriber)
        mail.send("newsletter_subscribed", to=subscriber.email, context=context, headers=headers)
