"""An issue sent to one editor, to look at in a mail program."""

from django.utils.translation import gettext as _

from config.web.mail.messages import Mail
from config.web.site import public_url
from config.web.text.addresses import on_the_wire
from newsletter import links
from newsletter.models import Issue, Subscriber
from newsletter.sending.body import SLOTS, filled
from newsletter.sending.headers import headers_of
from newsletter.sending.rendering import render_body


def send_test_mail(issue: Issue, address: str) -> None:
    """Send it now, marked as a test. Raises what the mailer raises."""
    subscriber = Subscriber.objects.with_address(address).first()
    body = filled(
        render_body(issue, with_unpublished=True),
        addresses_of(subscriber),
        chosen=topics_of(subscriber),
    )
    subject = _("[Test] %(subject)s") % {"subject": issue.subject}
    headers = headers_of(issue)
    reply_to = headers.get("Reply-To")
    message = Mail(
        subject,
        body.text,
        headers["From"],
        [on_the_wire(address)],
        reply_to=[reply_to] if reply_to else None,
    )
    message.attach_alternative(body.html, "text/html")
    message.send(using="bulk")  # the way that issues go


def addresses_of(subscriber: Subscriber | None) -> dict[str, str]:
    """What stands in the slots for a subscriber; for somebody else the page to subscribe."""
    if subscriber is None:
        return dict.fromkeys(SLOTS, public_url("newsletter:signup"))
    return {
        "unsubscribe_url": links.unsubscribe_url(subscriber),
        "preferences_url": links.preferences_url(subscriber),
    }


def topics_of(subscriber: Subscriber | None) -> frozenset[int]:
    """The topics that a subscriber chose, for the parts of a digest."""
    if subscriber is None:
        return frozenset()
    return frozenset(subscriber.topics.values_list("pk", flat=True))
