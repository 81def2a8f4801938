"""The copy of an issue for one subscriber."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings

from config.web.mail.messages import sender_domain
from config.web.text.addresses import on_the_wire
from newsletter.links import mail_links
from newsletter.models import Issue
from newsletter.models.delivery import token_of
from newsletter.sending.body import Body
from newsletter.sending.claims import Claimed
from newsletter.sending.headers import headers_of
from newsletter.sending.segments import Segments
from newsletter.sending.smtp import Envelope

# An issue is encoded once for all whose choices of topics come to the same parts. So many are kept.
CHOICES = 100


@lru_cache(maxsize=8)
def _date_at(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


@dataclass(frozen=True)
class Copy:
    sender: str  # of the envelope: bounces come back to it
    recipient: str
    data: bytes

    @property
    def envelope(self) -> Envelope:
        return self.sender, self.recipient


class CopyWriter:
    """Writes the copies of one issue that has been started."""

    def __init__(self, issue: Issue) -> None:
        self._key = issue.key
        headers = headers_of(issue)
        self._body = body = Body(html=issue.html, text=issue.text)
        self._segments_of = lru_cache(maxsize=CHOICES)(
            lambda wanted: Segments(headers, body.with_parts(wanted))
        )
        self._domain = sender_domain()
        self._from = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def write(self, one: Claimed, now: datetime) -> Copy:
        """The mail of a delivery. It has the same Message-ID whenever it is written."""
        token = token_of(self._key, one.pk)
        recipient = on_the_wire(one.email)
        unsubscribe_url, one_click_url, preferences_url = mail_links(one.subscriber_id)
        data = self._segments_of(self._body.wanted_by(one.topics)).fill(
            {
                "To": recipient,
                "Date": _date_at(int(now.timestamp())),
                "Message-ID": f"<n.{token}@{self._domain}>",
                "List-Unsubscribe": f"<{one_click_url}>",
                "unsubscribe_url": unsubscribe_url,
                "preferences_url": preferences_url,
            }
        )
        bounces = settings.NEWSLETTER_BOUNCE_DOMAIN
        sender = f"b.{token}@{bounces}" if bounces else self._from
        return Copy(sender, recipient, data)
