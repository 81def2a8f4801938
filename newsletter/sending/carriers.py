"""Which way issues go out."""

from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

from newsletter.sending.provider import ProviderCarrier
from newsletter.sending.smtp import Carrier, MailerCarrier, SmtpCarrier


def open_carrier() -> Carrier:
    """The carrier of the mailer "bulk"."""
    mailer = mailers["bulk"]
    if isinstance(mailer, EmailBackend):
        return SmtpCarrier(mailer)
    if hasattr(mailer, "esp_name"):  # of django-anymail
        return ProviderCarrier(mailer)
    return MailerCarrier(mailer)
