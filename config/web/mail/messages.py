"""One function to send a mail from three templates.

Without MAIL_URL each mail becomes a file, which /dev/mail/ shows.
"""

import email.policy
import json
import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage as MimeMessage
from email.policy import EmailPolicy, Policy
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac

from config.web.files.whole_files import write_whole
from config.web.mail.headers import REGISTRY
from config.web.mail.hold import mail_may_leave
from config.web.text.addresses import mail_domain, on_the_wire


def send(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    occasion: Sequence[object] = (),
    using: str = "default",
) -> None:
    """Send templates/emails/<template>.{subject.txt,txt,html} to one address, now.

    With an `occasion` (see message_id) the mail has the same Message-ID at each try.

    Call it from a task: a mail server can hang. Raises what the mailer raises
    (smtplib.SMTPException, OSError).
    """
    full = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    # Header injection: a subject is one line whatever a name in it holds.
    subject = " ".join(render_to_string(f"emails/{template}.subject.txt", full).split())
    message = Mail(
        subject,
        render_to_string(f"emails/{template}.txt", full),
        to=[on_the_wire(to)],
        headers={
            **({"Message-ID": message_id([template, to, *occasion])} if occasion else {}),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no absence notes in answer
            **(headers or {}),
        },
    )
    message.attach_alternative(render_to_string(f"emails/{template}.html", full), "text/html")
    message.send(using=using)


def sender_domain() -> str:
    """The domain of the address that mails come from: message ids end in it."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or mail_domain(settings.SITE_URL)


def message_id(occasion: Sequence[object]) -> str:
    """The Message-ID of a mail, the same at each try.

    `occasion` is what the mail is about: another mail has another one. A server that takes a mail
    and is too slow to say so gets it again, and receivers can drop the second copy.
    """
    text = json.dumps(occasion, default=str)
    digest = salted_hmac("config.web.mail.messages", text, algorithm="sha256").hexdigest()
    return f"<{digest[:40]}@{sender_domain()}>"


class MailIsHeld(OSError):
    """This may be a copy of the installation (config/web/mail/hold.py). No try would succeed."""


def server_is_away(error: Exception) -> bool:
    """Whether the mail server was not reached or fell silent. A refusal concerns one mail only."""
    answers = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
    return isinstance(error, OSError) and not isinstance(error, answers)


class Mail(EmailMultiAlternatives):
    """Text and HTML, with headers that receivers can read and a Message-ID of the sender's domain.

    It is not sent while mail is on hold.
    """

    def send(self, fail_silently: bool = False, *, using: str | None = None) -> int:
        """Raises MailIsHeld, and what the mailer raises."""
        # A sender that claimed a row has asked already. This asks for the other senders.
        if not mail_may_leave():
            raise MailIsHeld("Mail is on hold: this may be a copy (manage.py release_mail).")
        return super().send(fail_silently, using=using)

    def message(self, *, policy: "Policy[Any] | None" = None) -> MimeMessage:
        self.extra_headers.setdefault("Message-ID", make_msgid(domain=sender_domain()))
        chosen = cast(EmailPolicy, policy or email.policy.default)
        return super().message(policy=chosen.clone(header_factory=REGISTRY))


# Long lines stay whole, so that a link can be copied out of the file. 998 is the limit of RFC 5322.
_FOR_EYES = email.policy.default.clone(max_line_length=998, cte_type="8bit")


class EmlFileBackend(BaseEmailBackend):
    """Writes each message to its own `.eml` file (RFC 5322) in `folder`."""

    def __init__(self, *, folder: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}.eml"
            write_whole(self.folder / name, [message.message(policy=_FOR_EYES).as_bytes()])
        return len(email_messages)
