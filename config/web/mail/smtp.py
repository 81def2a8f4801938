"""SMTP for all mails but issues, with the time limits that RFC 5321 asks of clients."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the end of a mail. A client that gives
# up earlier sends a mail again that was taken.
ANSWER_SECONDS = 600.0


class _Patient:
    """Waits `timeout` seconds for each answer but the one to the text of a mail."""

    def data(self: Any, msg: Any) -> Any:
        self.sock.settimeout(ANSWER_SECONDS)
        try:
            return super().data(msg)  # type: ignore[misc] # of smtplib.SMTP
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class PatientSmtp(_Patient, smtplib.SMTP):
    pass


class PatientSmtpOverTls(_Patient, smtplib.SMTP_SSL):
    pass


class PatientBackend(EmailBackend):
    """Django's mailer over these connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSmtpOverTls if self.use_ssl else PatientSmtp
