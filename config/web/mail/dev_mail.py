"""The mails that were not sent because no MAIL_URL is set, for a browser on the same computer.

They are for trying the software (settings.DEV_MAIL), never for a site with readers: who has the
links of these mails may use them. A mail's HTML is shown on a page of its own, in which nothing
runs or loads.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from config.web.requests.client_address import is_loopback

LISTED = 200
SHOWN_CHARACTERS = 200_000
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*\.eml")
_STAMP = "%Y%m%dT%H%M%S.%f"
MAIL_CSP: dict[str, list[str] | str] = {
    "default-src": ["'none'"],
    "style-src-attr": ["'unsafe-inline'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "sandbox": "",
}


def for_loopback(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view: 404 unless the browser runs on this computer and DEV_MAIL is set."""

    @require_safe
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if not (settings.DEV_MAIL and is_loopback(request)):
            raise Http404
        response = view(request, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


@for_loopback
def mail_list(request: HttpRequest) -> HttpResponse:
    newest = sorted((file.name for file in mail_files()), reverse=True)
    mails = [summary(name, read_mail(name)) for name in newest[:LISTED]]
    return render(request, "dev_mail/list.html", {"mails": mails, "total": len(newest)})


@for_loopback
def one_mail(request: HttpRequest, name: str) -> HttpResponse:
    mail = read_mail(name)
    context = {
        **summary(name, mail),
        "headers": [(key, readable(value)) for key, value in mail.items()],
        "text": body_of(mail, "plain"),
        "has_html": bool(body_of(mail, "html")),
    }
    return render(request, "dev_mail/mail.html", context)


@for_loopback
@csp_override(MAIL_CSP)
def html_part(request: HttpRequest, name: str) -> HttpResponse:
    html = body_of(read_mail(name), "html")
    if not html:
        raise Http404
    return HttpResponse(html)


def mail_folder() -> Path:
    if settings.MAIL_DIR is None:
        raise Http404
    return Path(settings.MAIL_DIR)


def mail_files() -> list[Path]:
    """The files of whole mails. A dot file is still being written."""
    return [
        file
        for file in mail_folder().glob("*.eml")
        if _NAME.fullmatch(file.name) and file.is_file()
    ]


def read_mail(name: str) -> Message:
    """The mail in the file of that name. Raises Http404 when there is no such mail."""
    if not _NAME.fullmatch(name):
        raise Http404
    try:
        raw = (mail_folder() / name).read_bytes()
    except OSError as error:
        raise Http404 from error
    # The older of Python's two ways to read mail: it takes no header apart, so none is too broken
    # for it.
    return message_from_bytes(raw)


def summary(name: str, mail: Message) -> dict[str, object]:
    return {
        "name": name,
        "subject": readable(mail.get("Subject", "")),
        "to": readable(mail.get("To", "")),
        "at": time_of(name),
    }


def readable(value: object) -> str:
    """A header's text, decoded if possible (RFC 2047), without lone surrogates."""
    text = str(value)
    with suppress(MessageError, ValueError, LookupError):
        text = str(make_header(decode_header(text)))
    return text.encode("utf-8", "replace").decode()


def time_of(name: str) -> datetime | None:
    """The time at which the mail was written, from its file name."""
    try:
        return datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def body_of(mail: Message, kind: str) -> str:
    """The text of the first `text/<kind>` part. A wrong charset costs letters, not the text."""
    part = next((p for p in mail.walk() if p.get_content_type() == f"text/{kind}"), None)
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        text = raw.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = raw.decode("utf-8", "replace")
    return text[:SHOWN_CHARACTERS]


urlpatterns = [
    path("", mail_list, name="mail-list"),
    path("<str:name>/", one_mail, name="mail"),
    path("<str:name>/html/", html_part, name="mail-html"),
]
