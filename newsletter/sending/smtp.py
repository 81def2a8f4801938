"""Handing a mail over by SMTP, with few turns and an exact account of what became of it."""

import re
import smtplib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage as MimeMessage
from email.policy import Policy, default
from typing import Any, Protocol, cast

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from config.web.mail.smtp import ANSWER_SECONDS

_LONGEST_LINE, _MOST_LINES = 2048, 100
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Unreachable(Exception):
    """The mail server was not reached, or went away before it had the mail."""


class Unanswered(Exception):
    """The mail server had the mail and did not answer: nobody knows whether it was taken."""


@dataclass(frozen=True)
class Answer:
    """What the mail server said, and to which part of the conversation it said it."""

    code: int
    text: str
    to: str  # "connect", "mail", "rcpt", "data" or "text"

    @property
    def is_taken(self) -> bool:
        return self.to == "text" and 200 <= self.code < 300

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 3463), or ""."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


# The addresses of sender and recipient.
type Envelope = tuple[str, str]


class Carrier(Protocol):
    """A way for mails to go out. It is used by one thread."""

    def at_once(self, issue: Any) -> int:
        """How many mails of an issue it takes in one call (newsletter/sending/provider.py)."""
        return 1

    def hand_over(
        self, sender: str, recipient: str, data: bytes, following: Envelope | None = None
    ) -> Answer:
        """Send `data` (see Segments.fill). Raises Unreachable and Unanswered.

        `following` is the envelope of what will probably be the next mail.
        """

    def close(self) -> None: ...


class SmtpCarrier(Carrier):
    """One connection. Django's mailer opens it, with TLS and log-in.

    Where the server offers PIPELINING (RFC 2920), MAIL, RCPT and DATA go out in one write: that of
    the text before, if there is one. A mail then takes one turn.
    """

    def __init__(self, mailer: EmailBackend) -> None:
        self._mailer = mailer
        self._smtp: Any = None
        self._ahead: Envelope | None = None  # was written already
        self._has_taken = False  # whether this connection has taken a mail

    def hand_over(
        self, sender: str, recipient: str, data: bytes, following: Envelope | None = None
    ) -> Answer:
        try:
            refusal = self._ask((sender, recipient))
        except smtplib.SMTPResponseException as error:  # TLS or log-in
            self.close()
            return Answer(error.smtp_code, _words(error.smtp_error), "connect")
        except (OSError, smtplib.SMTPException) as error:
            if self._end_used():
                return self.hand_over(sender, recipient, data, following)
            raise Unreachable(str(error)) from error
        if refusal is None:
            return self._send_text(data, following)
        if refusal.code == 421 and self._end_used():
            return self.hand_over(sender, recipient, data, following)
        return refusal

    def close(self) -> None:
        smtp, self._smtp, self._mailer.connection = self._smtp, None, None
        awaits_text, self._ahead, self._has_taken = self._ahead is not None, None, False
        if smtp is None:
            return
        try:
            if not awaits_text:  # else QUIT would be a line of it
                smtp.sock.settimeout(5)
                smtp.quit()
        except (OSError, AttributeError, smtplib.SMTPException):
            pass
        smtp.close()

    def _end_used(self) -> bool:
        """Close the connection. Whether it had taken a mail: servers limit how many they take."""
        had_taken = self._has_taken
        self.close()
        return had_taken

    def _connect(self) -> None:
        if self._smtp is None:
            self._mailer.open()
            self._smtp = cast(Any, self._mailer.connection)
            self._smtp.sock.settimeout(ANSWER_SECONDS)
            self._smtp.ehlo_or_helo_if_needed()

    def _ask(self, envelope: Envelope) -> Answer | None:
        """MAIL, RCPT, DATA. Returns the first refusal, after which the connection is usable."""
        if self._ahead not in (None, envelope):
            self.close()  # the server waits for the text of a mail that may not go out any more
        self._connect()
        smtp = self._smtp
        commands = _commands(envelope)
        is_pipelining = smtp.has_extn("pipelining")
        if is_pipelining and self._ahead is None:
            smtp.send("".join(commands.values()))
        refusal, code = None, 0
        for part, command in commands.items():
            if not is_pipelining:
                smtp.send(command)
            code, text = self._reply()
            if code >= 400 and refusal is None:
                refusal = Answer(code, _words(text), part)
            if code == 421 or (refusal and not is_pipelining):
                break
        self._ahead = None
        if refusal and code == 354:
            smtp.send(".\r\n")  # RFC 2920 3.1: DATA was taken though nobody is to get it
            self._reply()
        elif refusal and refusal.code != 421:
            smtp.send("RSET\r\n")
            self._reply()
        return refusal

    def _send_text(self, data: bytes, following: Envelope | None) -> Answer:
        smtp = self._smtp
        parts = [data, b".\r\n"]
        if following and smtp.has_extn("pipelining"):
            parts += [command.encode() for command in _commands(following).values()]
            self._ahead = following
        try:
            smtp.send(b"".join(parts))
            code, text = self._reply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unanswered(str(error)) from error
        self._has_taken = True
        if code == 421:
            self.close()
        return Answer(code, _words(text), "text")

    def _reply(self) -> tuple[int, bytes]:
        """The code and the text of the next answer, whose lines but the last have a hyphen."""
        lines = [self._smtp.file.readline(_LONGEST_LINE)]
        while lines[-1][3:4] == b"-" and len(lines) < _MOST_LINES:
            lines.append(self._smtp.file.readline(_LONGEST_LINE))
        code = lines[-1][:3]
        if not code.isdigit() or not lines[-1].endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected(f"no SMTP answer: {lines[-1][:50]!r}")
        return int(code), b" ".join([line[4:] for line in lines])


def _commands(envelope: Envelope) -> dict[str, str]:
    sender, recipient = envelope
    return {
        "mail": f"MAIL FROM:<{sender}>\r\n",
        "rcpt": f"RCPT TO:<{recipient}>\r\n",
        "data": "DATA\r\n",
    }


def _words(text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain.split())[:250]


class MailerCarrier(Carrier):
    """Any other mailer of Django: files, or the outbox of tests."""

    def __init__(self, mailer: Any) -> None:
        self._mailer = mailer

    def hand_over(
        self, sender: str, recipient: str, data: bytes, following: Envelope | None = None
    ) -> Answer:
        mail = _WrittenMail(from_email=sender, to=[recipient])
        mail.data = re.sub(rb"^\.\.", b".", data, flags=re.MULTILINE)
        try:
            self._mailer.send_messages([mail])
        except OSError as error:
            raise Unreachable(str(error)) from error
        return Answer(250, "", "text")

    def close(self) -> None:
        self._mailer.close()


class _WrittenMail(EmailMessage):
    data = b""

    def message(self, *, policy: "Policy[Any] | None" = None) -> MimeMessage:
        return cast(MimeMessage, message_from_bytes(self.data, policy=policy or default))
