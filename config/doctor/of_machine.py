"""Checks of the settings, the disk, the files and the mail server."""

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from config.backups import BackupError, postgres, record
from config.doctor import Finding, Level, error, good, warning
from config.watching.certificate import ask_certificate, is_looked_at
from config.web.files.media_storage import media_place
from config.web.mail.messages import sender_domain

MAIL_SECONDS = 10
DNS_SECONDS = 5
LITTLE_SPACE, NO_SPACE = 0.10, 0.02  # of the disk
BACKUP_OLD, VERIFIED_OLD = timedelta(days=2), timedelta(days=15)
_MAIL_URL = (
    "Look at MAIL_URL: host, port, user, password, smtp:// (STARTTLS) or smtps:// (TLS); with"
    " `files` nobody gets a mail."
)


def deployment() -> list[Finding]:
    """What `manage.py check` says, with --deploy unless this is a laptop's installation."""
    is_laptop = settings.DEBUG or settings.EMBEDDED_DATABASE is not None
    said = run_checks(include_deployment_checks=not is_laptop)
    found = [one for one in said if one.level >= WARNING and not one.is_silenced()]
    levels = {True: Level.ERROR, False: Level.WARNING}
    return [
        Finding(levels[one.is_serious()], f"{one.msg} ({one.id})", str(one.hint or ""))
        for one in found
    ] or good("The settings pass all checks.")


def proxies() -> list[Finding]:
    """Whether a proxy that ends TLS is counted."""
    if settings.SITE_URL.startswith("https://") and not settings.TRUSTED_PROXIES:
        return warning(
            "The site has https, so a proxy stands in front, and TRUSTED_PROXIES is 0.",
            "Set TRUSTED_PROXIES to the number of your proxies: all readers share one limit now.",
        )
    return good(f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}.")


def disk() -> list[Finding]:
    """Room on the disk of VAR_DIR."""
    var = Path(settings.VAR_DIR)
    usage = shutil.disk_usage(next(path for path in (var, *var.parents) if path.exists()))
    said = f"{usage.free / 1e9:.1f} GB of the disk of {settings.VAR_DIR} are free."
    advice = "Free some space: uploads and backups are refused when it is full."
    if usage.free < NO_SPACE * usage.total:
        return error(said, advice)
    return warning(said, advice) if usage.free < LITTLE_SPACE * usage.total else good(said)


def media() -> list[Finding]:
    """Whether pictures can be kept, and all machines keep them in one place."""
    place = media_place()
    try:
        name = default_storage.save(".doctor.draft", ContentFile(b"written by manage.py doctor"))
        default_storage.delete(name)
    except OSError as problem:
        return error(
            f"{place} cannot be written to: {problem.strerror}.",
            "Give the folder to the user that Colophon runs as; for S3 look at MEDIA_S3_URL and"
            " the keys.",
        )
    return good(f"{place} can be written to.")


def static_files() -> list[Finding]:
    """Whether style sheets and scripts were collected."""
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return good("Static files are collected.")
    return error("Static files are not collected.", "Run manage.py collectstatic --noinput.")


def mail_server() -> list[Finding]:
    """Whether the mail servers answer EHLO, STARTTLS and the log-in. No mail is sent."""
    ways = {str(way): name for name, way in reversed(settings.MAILERS.items())}  # each once
    return [finding for name in sorted(ways.values()) for finding in _ask_mail_server(name)]


def _ask_mail_server(name: str) -> list[Finding]:
    mailer = mailers[name]
    if not isinstance(mailer, EmailBackend):
        return warning(f"No mail server is asked for {name} mail: {mailer.__module__}.", _MAIL_URL)
    mailer.timeout = MAIL_SECONDS
    place = f"{mailer.host}:{mailer.port}"
    try:
        try:
            mailer.open()
        finally:
            mailer.close()
    except (OSError, SMTPException) as problem:
        return error(f"The mail server {place} refuses: {problem}.", _MAIL_URL)
    kind = "TLS" if mailer.use_ssl else "STARTTLS" if mailer.use_tls else "no encryption"
    return good(f"The mail server {place} answers, with {kind}.")


def sender() -> list[Finding]:
    """Whether the domain of the sender is known to DNS."""
    domain = sender_domain()
    pool = ThreadPoolExecutor(1)
    try:
        pool.submit(socket.getaddrinfo, domain, None).result(DNS_SECONDS)
    except (OSError, TooSlow):
        return warning(
            f"The sender's domain {domain} has no address here.",
            "Look at MAIL_FROM. Receivers also ask for MX, SPF and DKIM (docs/newsletter.md).",
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return good(f"The sender's domain {domain} is known.")


def certificate() -> list[Finding]:
    """Whether browsers accept the site's certificate, and how long. Only if it is asked for."""
    if not is_looked_at():
        return good("CERTIFICATE_ALARM_DAYS is 0, or the site has no https: nobody looks at it.")
    try:
        found = ask_certificate()
    except OSError as problem:
        return warning(
            f"{settings.SITE_URL} does not answer this machine: {problem}.",
            "Look at DNS and the firewall, or set CERTIFICATE_ALARM_DAYS=0 if the machine cannot"
            " reach its own public address.",
        )
    advice = "See why it was not renewed: certbot renew --dry-run."
    if found.ends_at is None:
        return error(f"Browsers do not accept the certificate: {found.refused}.", advice)
    said = f"The certificate is good until {found.ends_at:%Y-%m-%d}."
    left = found.ends_at - timezone.now()
    is_near = left < timedelta(days=settings.CERTIFICATE_ALARM_DAYS)
    return warning(said, advice) if is_near else good(said)


def backup() -> list[Finding]:
    """When the last backup was made, and whether there are programs to make one."""
    try:
        postgres.find_program("pg_dump", server=postgres.server_version())
    except BackupError as problem:
        return error("No backup can be made.", str(problem))
    last = record.last()
    advice = "Let manage.py backup run each night (docs/backups.md)."
    if last is None:
        return warning("There was no backup yet.", advice)
    said = f"The last backup was made at {last['at']}."
    if not last["ok"]:
        return error(f"The backup at {last['at']} failed: {last['error']}", advice)
    is_old = timezone.now() - datetime.fromisoformat(last["at"]) > BACKUP_OLD
    return [*(warning(said, advice) if is_old else good(said)), *verified_backup()]


def verified_backup() -> list[Finding]:
    """When a backup was last restored on trial, as `backup --verify FOLDER` noted it."""
    last = record.last(record.VERIFIED)
    advice = "Let manage.py backup --verify FOLDER run each week (docs/backups.md)."
    if last is None:
        return good("No backup was restored on trial yet.")
    if not last["ok"]:
        return error(f"The trial at {last['at']} failed: {last['error']}", advice)
    said = f"A backup was last restored on trial at {last['at']}."
    is_old = timezone.now() - datetime.fromisoformat(last["at"]) > VERIFIED_OLD
    return warning(said, advice) if is_old else good(said)
