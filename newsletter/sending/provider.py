"""Issues through a provider's API, by django-anymail (the extra `esp`)."""

import re
from email import message_from_bytes
from email.policy import default
from typing import Any

from django.core.mail import EmailMultiAlternatives

from newsletter.sending.smtp import Answer, Unanswered, Unreachable

_TOKEN = re.compile(r"<n\.([0-9a-f.]+)@")
_GIVEN = {"from", "to", "subject", "reply-to", "date", "mime-version", "content-type"}
# What the provider says of the recipient, as a mail server would (RFC 3463).
_REFUSALS = {"invalid": "5.1.3 invalid address", "rejected": "5.0.0 on the provider's list"}


class ProviderCarrier:
    """One mailer of django-anymail, with its connection.

    Each mail is a call of its own: its links are its own, and of a batch that is not answered all
    mails would be in doubt.
    """

    def __init__(self, mailer: Any) -> None:
        self._mailer = mailer
        self._is_open = False

    def hand_over(self, sender: str, recipient: str, data: bytes) -> Answer:
        from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

        mail = as_message(recipient, data)
        try:
            self._is_open = self._is_open or bool(self._mailer.open())
            self._mailer.send_messages([mail])
        except AnymailRecipientsRefused:
            (said,) = mail.anymail_status.status  # of the one recipient
            return Answer(550, _REFUSALS.get(said, f"5.0.0 {said}"), "rcpt")
        except AnymailAPIError as error:
            return _answer(error)
        except AnymailError as error:  # the settings, or a mail that the provider cannot take
            return Answer(554, str(error)[:250], "text")
        return Answer(250, f"provider {mail.anymail_status.message_id}", "text")

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
    # Only "later" and "not you": the mail waits, and after ten in a row the issue pauses.
    words = " ".join(str(error).split())[:250]
    return Answer(450 if code == 429 or code >= 500 else 554, f"HTTP {code} {words}", "text")
