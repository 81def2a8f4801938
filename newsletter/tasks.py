"""The mail that subscribers are owed. Rows say what is due; a task only says "look now"."""

import logging
from imaplib import IMAP4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.tasks import task

from config.web.mail import messages as mail
from config.web.mail.hold import mail_may_leave
from newsletter import links
from newsletter.bounces.mailbox import read_mailbox
from newsletter.composing.digest import make_digest_at_its_hour
from newsletter.composing.each_article import make_issues_of_new_articles
from newsletter.composing.test_mail import send_test_mail
from newsletter.models import Issue, Subscriber
from newsletter.privacy import prune_unconfirmed
from newsletter.reporting import count_list
from newsletter.sending.alarms import send_note
from newsletter.sending.starting import start_due

logger = logging.getLogger("colophon.newsletter")


@task()
def send_confirmation(subscriber_id: int) -> None:
    """Send the mail that one subscriber is owed, unless it was sent or another worker has it."""
    Subscriber.objects.deliver_mail(subscriber_id, send_owed_mail)


@task()
def send_due_confirmations() -> None:
    """Send the mails that a killed task or an unreachable mail server left."""
    Subscriber.objects.deliver_due_mail(send_owed_mail)


@task()
def send_test(issue_id: int, user_id: int) -> None:
    """Send an issue to the address of one editor, as it would go out now."""
    issue = Issue.objects.filter(pk=issue_id).first()
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if issue and user and user.email:
        send_test_mail(issue, user.email)


@task()
def make_due_digest() -> None:
    """Make the digest of this week when its hour has come, if digests are switched on."""
    make_digest_at_its_hour()


@task()
def make_issues_of_articles() -> None:
    """Make issues of new articles, if that is switched on."""
    make_issues_of_new_articles()


@task()
def start_due_issues() -> None:
    """Make the deliveries of issues whose time has come; the senders of workers do the rest."""
    start_due()


@task()
def send_editors_mail() -> None:
    """Tell editors of issues that paused by themselves, are late, or are refused somewhere."""
    Issue.objects.deliver_due_mail(send_note)


@task()
def read_bounces() -> None:
    """Read reports of mail servers from the mailbox, if there is one.

    A copy of the installation would take them away from the original.
    """
    if not settings.NEWSLETTER_BOUNCE_MAILBOX or not mail_may_leave():
        return
    try:
        read_mailbox(settings.NEWSLETTER_BOUNCE_MAILBOX)
    except (OSError, IMAP4.error) as error:
        logger.warning("the mailbox of bounces cannot be read, trying again: %s", error)


@task()
def count_subscribers() -> None:
    """Count the list for editors, so that no page has to."""
    count_list()


@task()
def prune_requests() -> None:
    """Delete requests that nobody confirmed, a set time after the last one."""
    prune_unconfirmed()


def send_owed_mail(subscriber: Subscriber) -> None:
    """Send a link to confirm by, or word of a confirmation."""
    context: dict[str, object]
    if subscriber.status == Subscriber.Status.PENDING:
        # The mail holds no text that was typed, so it carries no message to strangers.
        context = {
            "requested_at": subscriber.requested_at,
            "confirm_url": links.confirm_url(subscriber),
            "days": links.CONFIRM_WITHIN.days,
        }
        # One click ends the request: the address may be that of somebody who did not ask.
        headers = {
            "List-Unsubscribe": f"<{links.one_click_url(subscriber)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        mail.send(
            "newsletter_confirm",
            to=subscriber.email,
            context=context,
            headers=headers,
            occasion=[subscriber.pk, subscriber.requested_at],
        )
    elif subscriber.is_confirmed:
        context = {
            "confirmed_at": subscriber.confirmed_at,
            "unsubscribe_url": links.unsubscribe_url(subscriber),
            "preferences_url": links.preferences_url(subscriber),
        }
        mail.send(
            "newsletter_subscribed",
            to=subscriber.email,
            context=context,
            headers=links.list_headers(subscriber),
            occasion=[subscriber.pk, subscriber.confirmed_at, *subscriber.answered_at[-1:]],
        )
