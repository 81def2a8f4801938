"""Issues through a provider's API, by django-anymail (the extra `esp`)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from config.web.text.addresses import on_the_wire
from newsletter.links import mail_links
from newsletter.models import Issue
from newsletter.models.delivery import token_of
from newsletter.sending.body import SLOTS, Body, filled
from newsletter.sending.claims import Claimed
from newsletter.sending.headers import headers_of
from newsletter.sending.smtp import Answer, Carrier, Envelope, Unanswered, Unreachable

_TOKEN = re.compile(r"<n\.([0-9a-f.]+)@")
_GIVEN = {"from", "to", "subject", "reply-to", "date", "mime-version", "content-type"}
# What the provider says of the recipient, as a mail server would (RFC 3463).
_REFUSALS = {
    "invalid": "5.1.3 invalid address",
    "rejected": "5.0.0 on the provider's list",
    "failed": "5.0.0 failed",
}
# Answers to a call with which the provider can do nothing: one of its mails may be the reason.
_UNUSABLE = {400, 413, 422}


class _Unusable(Exception):
    """A call with many mails was refused as a whole."""


@dataclass(frozen=True)
class _Merging:
    """How a provider fills a text for each recipient of a call."""

    place: str  # what stands in the text, with {} for the name
    mark: str  # a text that holds it by itself cannot be sent so
    options: Mapping[str, str] = field(default_factory=dict)


# Those that fill texts and headers without a template that is stored there.
_MERGING = {
    "Mailgun": _Merging("%recipient.{}%", "%recipient."),
    "SendGrid": _Merging("-{}-", "-unsubscribe_url-", {"merge_field_format": "-{}-"}),
    "SparkPost": _Merging("{{{{{{{}}}}}}}", "{{"),
}


class ProviderCarrier(Carrier):
    """One mailer of django-anymail, with its connection."""

    def __init__(self, mailer: Any) -> None:
        self._mailer = mailer
        self._is_open = False
        self._merging = _MERGING.get(mailer.esp_name)

    def at_once(self, issue: Issue) -> int:
        """How many mails of an issue one call may have."""
        merging = self._merging
        body = Body(html=issue.html, text=issue.text)
        if merging is None or merging.mark in f"{issue.subject}{body.html}{body.text}":
            return 1
        if body.topics:  # all mails of a call have the same text
            return 1
        return int(settings.NEWSLETTER_PROVIDER_BATCH)

    def hand_over(
        self, sender: str, recipient: str, data: bytes, following: Envelope | None = None
    ) -> Answer:
        """Send one mail by a call of its own. Raises Unreachable and Unanswered."""
        return self._call(as_message(recipient, data))[recipient]

    def hand_over_all(self, issue: Issue, batch: Sequence[Claimed]) -> list[Answer] | None:
        """Send up to `at_once` mails by one call. The answers, in the order of the mails.

        None when the provider took none because of one of them: then each needs a call of its own.
        Raises Unreachable and Unanswered.
        """
        merging = cast(_Merging, self._merging)  # else `at_once` is 1
        try:
            answers = self._call(as_merged(issue, batch, merging))
        except _Unusable:
            return None
        return [answers[on_the_wire(one.email)] for one in batch]

    def _call(self, mail: Any) -> dict[str, Answer]:
        """What the provider said of each recipient."""
        from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

        try:
            self._is_open = self._is_open or bool(self._mailer.open())
            self._mailer.send_messages([mail])
        except AnymailRecipientsRefused:
            pass  # all of them, each for a reason of its own
        except AnymailError as error:
            is_answer = isinstance(error, AnymailAPIError)
            if len(mail.to) > 1 and (not is_answer or error.status_code in _UNUSABLE):
                raise _Unusable from error
            # Without an answer it is the settings, or a mail that the provider cannot take.
            answer = _answer(error) if is_answer else Answer(554, str(error)[:250], "text")
            return dict.fromkeys(mail.to, answer)
        said = mail.anymail_status.recipients
        return {address: _of_recipient(said.get(address)) for address in mail.to}

    def close(self) -> None:
        if self._is_open:
            self._mailer.close()
            self._is_open = False


def as_message(recipient: str, data: bytes) -> Any:
    """The mail that `Segments.fill` wrote, for a mailer that writes mails by itself."""
    written: Any = message_from_bytes(re.sub(rb"(?m)^\.\.", b".", data), policy=default)
    headers = {name: str(text) for name, text in written.items() if name.lower() not in _GIVEN}
    mail: Any = EmailMultiAlternatives(
        str(written["Subject"]),
        written.get_body(("plain",)).get_content(),
        str(written["From"]),
        [recipient],
        reply_to=[str(written["Reply-To"])] if written["Reply-To"] else None,
        headers=headers,
    )
    mail.attach_alternative(written.get_body(("html",)).get_content(), "text/html")
    found = _TOKEN.search(headers.get("Message-ID", ""))
    # Comes back in each event of the provider (newsletter/bounces/provider.py).
    mail.metadata = {"delivery": found[1] if found else ""}
    mail.track_opens = mail.track_clicks = False
    return mail


def as_merged(issue: Issue, batch: Sequence[Claimed], merging: _Merging) -> Any:
    """One mail to many, of which each gets a copy with links of their own."""
    body = filled(
        Body(html=issue.html, text=issue.text), {name: merging.place.format(name) for name in SLOTS}
    )
    headers = headers_of(issue)
    reply_to = headers.get("Reply-To")
    mail: Any = EmailMultiAlternatives(
        issue.subject, body.text, str(headers["From"]),
        reply_to=[reply_to] if reply_to else None,
        headers={
            name: text for name, text in headers.items() if text and name.lower() not in _GIVEN
        },
    )  # fmt: skip
    mail.attach_alternative(body.html, "text/html")
    mail.merge_data, mail.merge_headers, mail.merge_metadata = {}, {}, {}
    for one in batch:
        address = on_the_wire(one.email)
        unsubscribe_url, one_click_url, preferences_url = mail_links(one.subscriber_id)
        links = {"unsubscribe_url": unsubscribe_url, "preferences_url": preferences_url}
        mail.to.append(address)
        mail.merge_data[address] = links
        mail.merge_headers[address] = {"List-Unsubscribe": f"<{one_click_url}>"}
        mail.merge_metadata[address] = {"delivery": token_of(issue.key, one.pk)}
    mail.esp_extra = dict(merging.options)
    mail.track_opens = mail.track_clicks = False
    return mail


def _of_recipient(status: Any) -> Answer:
    said = status.status if status else None
    if said in _REFUSALS:
        return Answer(550, _REFUSALS[said], "rcpt")
    return Answer(250, f"provider {status.message_id if status else ''}", "text")


def _answer(error: Any) -> Answer:
    """What the provider answered instead of taking the mail. Raises Unreachable, Unanswered."""
    code = getattr(error, "status_code", None)
    if code is None:
        from requests.exceptions import ConnectTimeout
        from urllib3.exceptions import NewConnectionError

        # Without a connection nothing can have been taken.
        cause = error.__cause__
        reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
        away = isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError)
        raise (Unreachable if away else Unanswered)(str(error)) from error
    words = " ".join(str(error).split())[:250]
    if code < 400 or code == 504:  # an answer that nobody understands; a gateway that lost its own
        raise Unanswered(f"HTTP {code} {words}") from error
    # Only "later" and "not you": the mail waits, and after ten in a row the issue pauses.
    return Answer(450 if code == 429 or code >= 500 else 554, f"HTTP {code} {words}", "text")
