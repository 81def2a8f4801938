"""The copy of an issue for one subscriber."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings

from config.web.mail.messages import sender_domain
from config.web.text.addresses import on_the_wire
from newsletter.links import mail_links
from newsletter.models import Issue
from newsletter.models.delivery import token_of
from newsletter.sending.body import Body
from newsletter.sending.headers import headers_of
from newsletter.sending.segments import Segments


@dataclass(frozen=True)
class Copy:
    sender: str  # of the envelope: bounces come back to it
    recipient: str
    data: bytes


class CopyWriter:
    """Writes the copies of one issue that has been started."""

    def __init__(self, issue: Issue) -> None:
        self._key = issue.key
        self._segments = Segments(headers_of(issue), Body(html=issue.html, text=issue.text))
        self._domain = sender_domain()
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def write(self, delivery_id: int, subscriber_id: int, email: str, now: datetime) -> Copy:
        """The mail of a delivery. It has the same Message-ID whenever it is written."""
        token = token_of(self._key, delivery_id)
        recipient = on_the_wire(email)
        unsubscribe_url, one_click_url, preferences_url = mail_links(subscriber_id)
        data = self._segments.fill(
            {
                "To": recipient,
                "Date": format_datetime(now),
                "Message-ID": f"<n.{token}@{self._domain}>",
                "List-Unsubscribe": f"<{one_click_url}>",
                "unsubscribe_url": unsubscribe_url,
                "preferences_url": preferences_url,
            }
        )
        bounces = settings.NEWSLETTER_BOUNCE_DOMAIN
        sender = f"b.{token}@{bounces}" if bounces else self._from
        return Copy(sender, recipient, data)
