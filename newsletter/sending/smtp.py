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

# RFC 5321 4.5.3.2: a server may take ten minutes for the answer after the final dot, and less for
# the other ones.
ANSWER_SECONDS = 600.0
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


class Carrier(Protocol):
    """A way for mails to go out. It is used by one thread."""

    def hand_over(self, sender: str, recipient: str, data: bytes) -> Answer:
        """Send `data` (see Segments.fill). Raises Unreachable and Unanswered."""

    def close(self) -> None: ...


class SmtpCarrier:
    """One connection. Django's mailer opens it, with TLS and log-in.

    MAIL, RCPT and DATA go out in one write where the server offers PIPELINING (RFC 2920).
    """

    def __init__(self, mailer: EmailBackend) -> None:
        self._mailer = mailer
        self._smtp: Any = None

    def hand_over(self, sender: str, recipient: str, data: bytes) -> Answer:
        try:
            self._connect()
            refusal = self._ask(sender, recipient)
        except smtplib.SMTPResponseException as error:  # TLS or log-in
            self.close()
            return Answer(error.smtp_code, _words(error.smtp_error), "connect")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(str(error)) from error
        if refusal:
            if refusal.code == 421:
                self.close()
            return refusal
        return self._send_text(data)

    def close(self) -> None:
        smtp, self._smtp, self._mailer.connection = self._smtp, None, None
        if smtp is None:
            return
        try:
            smtp.sock.settimeout(5)
            smtp.quit()
        except (OSError, AttributeError, smtplib.SMTPException):
            smtp.close()

    def _connect(self) -> None:
        if self._smtp is None:
            self._mailer.open()
            self._smtp = cast(Any, self._mailer.connection)
            self._smtp.sock.settimeout(ANSWER_SECONDS)
            self._smtp.ehlo_or_helo_if_needed()

    def _ask(self, sender: str, recipient: str) -> Answer | None:
        """MAIL, RCPT, DATA. Returns the first refusal, after which the connection is usable."""
        smtp = self._smtp
        commands = {
            "mail": f"MAIL FROM:<{sender}>",
            "rcpt": f"RCPT TO:<{recipient}>",
            "data": "DATA",
        }
        answers = []
        if smtp.has_extn("pipelining"):
            smtp.send("".join(f"{command}\r\n" for command in commands.values()))
            answers = [Answer(*self._reply(), to=part) for part in commands]
        else:
            for part, command in commands.items():
                smtp.send(f"{command}\r\n")
                answers.append(Answer(*self._reply(), to=part))
                if answers[-1].code >= 400:
                    break
        refusal = next((answer for answer in answers if answer.code >= 400), None)
        if refusal and answers[-1].code == 354:
            smtp.send(".\r\n")  # RFC 2920 3.1: DATA was taken though nobody is to get it
            self._reply()
        elif refusal:
            smtp.send("RSET\r\n")
            self._reply()
        return refusal

    def _send_text(self, data: bytes) -> Answer:
        smtp = self._smtp
        try:
            smtp.send(data + b".\r\n")
            code, text = self._reply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unanswered(str(error)) from error
        if code == 421:
            self.close()
        return Answer(code, text, "text")

    def _reply(self) -> tuple[int, str]:
        """The code and the words of the next answer, whose lines but the last have a hyphen."""
        lines = [self._smtp.file.readline(_LONGEST_LINE)]
        while lines[-1][3:4] == b"-" and len(lines) < _MOST_LINES:
            lines.append(self._smtp.file.readline(_LONGEST_LINE))
        code = lines[-1][:3]
        if not code.isdigit() or not lines[-1].endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected(f"no SMTP answer: {lines[-1][:50]!r}")
        return int(code), _words(b" ".join(line[4:] for line in lines))


def _words(text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain.split())[:250]


class MailerCarrier:
    """Any other mailer of Django: files, or the outbox of tests."""

    def __init__(self, mailer: Any) -> None:
        self._mailer = mailer

    def hand_over(self, sender: str, recipient: str, data: bytes) -> Answer:
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
