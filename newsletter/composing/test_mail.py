"""An issue sent to one editor, to look at in a mail program."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from config.web.mail.messages import Mail
from config.web.site import public_url
from config.web.text.addresses import on_the_wire
from newsletter import links
from newsletter.models import Issue, Subscriber
from newsletter.sending.body import SLOTS, Body, slot
from newsletter.sending.rendering import render_body


def send_test_mail(issue: Issue, address: str) -> None:
    """Send it now, marked as a test. Raises what the mailer raises."""
    subscriber = Subscriber.objects.with_address(address).first()
    body = filled(render_body(issue, with_unpublished=True), addresses_of(subscriber))
    subject = _("[Test] %(subject)s") % {"subject": issue.subject}
    message = Mail(subject, body.text, to=[on_the_wire(address)])
    message.attach_alternative(body.html, "text/html")
    message.send()


def addresses_of(subscriber: Subscriber | None) -> dict[str, str]:
    """What stands in the slots for a subscriber; for somebody else the page to subscribe."""
    if subscriber is None:
        return dict.fromkeys(SLOTS, public_url("newsletter:signup"))
    return {
        "unsubscribe_url": links.unsubscribe_url(subscriber),
        "preferences_url": links.preferences_url(subscriber),
    }


def filled(body: Body, values: Mapping[str, str]) -> Body:
    """The issue with these values in its slots."""
    html, text = body.html, body.text
    for name in SLOTS:
        html, text = (part.replace(slot(name), values[name]) for part in (html, text))
    return Body(html=html, text=text)
