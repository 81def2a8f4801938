"""Reports about mails: which mail, and what became of it.

Mail servers report in multipart/report: of deliveries that failed (RFC 3464), and of readers who
press "spam" (RFC 5965). Whatever else comes to the address of bounces, such as a reply of somebody
who is away, changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from hashlib import sha256
from typing import Any

from newsletter.bounces.recording import record
from newsletter.models import Delivery
from newsletter.models.delivery import delivery_of
from newsletter.sending.verdicts import kind_of

LARGEST = 2_000_000  # bytes
# In the address that a bounce comes to, and in the Message-ID of the mail that it quotes.
_TOKEN = re.compile(r"\b[bn]\.(\d{1,18}\.[0-9a-f]{20})@", re.IGNORECASE)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESSED = ("delivered-to", "x-original-to", "envelope-to", "to")
_QUOTED = ("message-id", "return-path", "original-mail-from", "x-original-mail-from")


@dataclass(frozen=True)
class Report:
    kind: str  # of MailEvent
    status: str = ""
    answer: str = ""


def take_in(raw: bytes) -> bool:
    """Record the report that a mail holds. False when it holds none, or none that is new."""
    try:
        message = message_from_bytes(raw[:LARGEST], policy=compat32)
        report = report_in(message)
        delivery = delivery_in(message) if report else None
    except RecursionError:  # parts in parts, hundreds deep: no mail server writes such a report
        return False
    if report is None or delivery is None:
        return False
    name = str(message.get("message-id") or "").strip().encode() or raw
    key = sha256(name + report.kind.encode()).hexdigest()
    return record(delivery, key=key, kind=report.kind, status=report.status, answer=report.answer)


def report_in(message: Message) -> Report | None:
    """What a mail reports, or None when it is no report of a failure or a complaint."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            return _failure(part)
        if kind == "message/feedback-report":
            fields = next(iter(_blocks(part)), part)
            about = str(fields.get("feedback-type", "")).strip().lower()
            is_complaint = about in {"abuse", "fraud", "opt-out"}
            return Report("complaint", answer=about) if is_complaint else None
    return None


def delivery_in(message: Message) -> Delivery | None:
    """The delivery that a report is about: of its own address, else of the mail that it quotes.

    Both hold a signature. Without it anybody could end other people's subscriptions.
    """
    for text in (*_texts(message, _ADDRESSED), *_quoted(message)):
        for token in _TOKEN.findall(text):
            if delivery := delivery_of(token.lower()):
                return delivery
    return None


def status_in(answer: str) -> str:
    """The enhanced status code (RFC 3463) in the words of a mail server, or ""."""
    found = _ENHANCED.search(answer)
    return found[0] if found else ""


def _failure(part: Message) -> Report | None:
    for block in _blocks(part):
        if str(block.get("action", "")).strip().lower() != "failed":
            continue
        answer = " ".join(str(block.get("diagnostic-code", "")).split())
        status = str(block.get("status", "")).split(" ")[0].strip()
        # Some servers write 5.0.0 there, and the real one in the words of the other server.
        if not status or status.endswith(".0.0"):
            status = status_in(answer) or status
        return Report(kind_of(status), status[:12], answer)
    return None


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of which such a part consists."""
    payload: Any = part.get_payload()
    return payload if isinstance(payload, list) else []


def _quoted(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part is not message:
            yield from _texts(part, _QUOTED)
            if part.get_content_type() == "text/rfc822-headers":
                yield str(part.get_payload())


def _texts(part: Message, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from (str(value) for value in part.get_all(name, []))
