"""Reads of the environment that name other machines: URLs, hosts and mail addresses.

What they give is what programs understand: hosts in ASCII (IDNA 2008), addresses in brackets. A message names the
variable and shows no password.
"""

import re
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import iri_to_uri

from config.environment import read_text
from config.web.mail.headers import named
from config.web.text.addresses import ascii_domain, mail_domain, readable_domain

_LABELS = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)"
_HOST = re.compile(rf"{_LABELS}*[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_DOMAIN = re.compile(rf"{_LABELS}+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_SENDER = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_PERCENT = "in user and password, / ? # @ and % are written as %2F %3F %23 %40 and %25"
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def read_site_url(name: str, default: str) -> str:
    """An http or https origin as browsers write it: scheme, host, and the port unless it is the scheme's own."""
    value = read_text(name, default)
    parts = _split(name, value.rstrip("/"))
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    host = _host(parts)
    if parts.scheme not in _DEFAULT_PORTS or not host or extra:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write scheme and host only, such as https://magazine.example."
        )
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def host_of(site_url: str) -> str:
    """The host as a browser's Host header names it, without the port."""
    return _host(urlsplit(site_url))


def read_hosts(name: str, default: list[str]) -> list[str]:
    """Comma-separated host names as Django compares them with the Host header; `.example.org` stands for all below it."""
    words = [word.strip() for word in read_text(name).split(",") if word.strip()]
    return [_allowed_host(name, word) for word in words] or default


def _allowed_host(name: str, word: str) -> str:
    if word == "*":
        return word
    host = ""
    # A port is none of the host; an IPv6 address stands in brackets.
    if not re.search(r"[/?#@*\s]|:\d*$", word):
        host = _host(_split(name, f"//{word.removeprefix('.')}"))
    if not host:
        raise ImproperlyConfigured(
            f"{name}: {word!r} is no host name. Write it without scheme and port, such as magazine.example."
        )
    return f".{host}" if word.startswith(".") else host


def read_service_url(name: str) -> str:
    """An https address somewhere else, without a trailing slash, or nothing."""
    value = read_text(name).rstrip("/")
    if not value:
        return ""
    parts = _split(name, value)
    host = _host(parts)
    odd = "@" in parts.netloc or parts.query or parts.fragment or any(map(str.isspace, value))
    if parts.scheme != "https" or not host or _is_local(host) or odd:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write an address such as https://spam.example/1.1, on no private network."
        )
    return _with_host(parts, host)


def _is_local(host: str) -> bool:
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def read_contact(name: str) -> str:
    """A mailto: or https: address as a URI (RFC 9116 2.5.3), or nothing."""
    value = read_text(name)
    if not value:
        return ""
    parts = _split(name, value)
    host = _host(parts)
    address = _mail_address(unquote(parts.path)) if parts.scheme == "mailto" else ""
    if any(map(str.isspace, value)) or not (address or (parts.scheme == "https" and host)):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write mailto:security@magazine.example or an https:// address."
        )
    return iri_to_uri(f"mailto:{address}") if address else _with_host(parts, host)


def read_sender(name: str, *, default_name: str, site_url: str) -> str:
    """A From header: `Name <address>` or an address alone. The name may hold any letters and signs."""
    value = read_text(name)
    if not value:
        return named(default_name, f"noreply@{mail_domain(site_url)}")
    written = _SENDER.fullmatch(value)
    address = _mail_address(written["address"] if written else value)
    if not address:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write Our Magazine <hello@magazine.example>, or the address alone."
        )
    return named(written["name"].strip('"') if written else "", address)


def _mail_address(text: str) -> str:
    """The address as it goes to a mail server, or nothing. A mail server in the house may have a name without dots."""
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = ascii_domain(domain)
    except ValueError:
        return ""
    known = _LOCAL_PART.fullmatch(local) and _HOST.fullmatch(domain)
    return f"{local}@{domain}" if known else ""


def read_domains(name: str) -> frozenset[str]:
    """Domains in the one spelling of config.web.text.addresses: comma-separated, or one a line in the file whose absolute

    path is given.
    """
    value = read_text(name)
    try:
        text = Path(value).read_text(encoding="utf-8") if value.startswith("/") else value
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}: cannot read {value}: {error}.") from error
    lines = [line.partition("#")[0] for line in text.splitlines()]
    words = [word.strip() for word in ",".join(lines).split(",") if word.strip()]
    return frozenset(_domain(name, word) for word in words)


def _domain(name: str, text: str) -> str:
    try:
        domain = ascii_domain(text)
    except ValueError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise ImproperlyConfigured(f"{name}: {text!r} is no domain such as mail.example.")
    return readable_domain(domain)


def read_database(name: str, default: str) -> dict[str, Any]:
    """A Django database from `postgresql://user:password@host:port/name?option=value`.

    A socket folder goes percent-encoded in the host's place (libpq's URI form).
    """
    value = read_text(name, default)
    parts = _split(name, value)
    database = unquote(parts.path.strip("/"))
    mistaken = parts.fragment or "@" in parts.path or "@" in parts.query
    if parts.scheme not in {"postgres", "postgresql"} or not database or mistaken:
        raise ImproperlyConfigured(
            f"{name}: write postgresql://user:password@host:5432/name; Colophon runs on PostgreSQL ({_PERCENT})."
        )
    return {
        "ENGINE": "config.web.database",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _database_host(name, parts),
        "PORT": str(parts.port or ""),
        "OPTIONS": _libpq_options(name, parts.query),
    }


def _database_host(name: str, parts: SplitResult) -> str:
    # hostname lower-cases, which breaks a socket's path
    written = parts.netloc.rpartition("@")[2]
    written = re.sub(r":\d*$", "", written) if not written.endswith("]") else written
    folder = unquote(written)
    if not folder or folder.startswith(("/", "@")):
        return folder
    host = _host(parts).strip("[]")
    if not host:
        raise ImproperlyConfigured(f"{name}: {folder!r} is no host name.")
    return host


def _libpq_options(name: str, query: str) -> dict[str, Any]:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    # As libpq reads them: a plus sign is one.
    options: dict[str, Any] = {unquote(key): unquote(value) for key, _, value in pairs}
    try:
        psycopg.conninfo.make_conninfo("", **options)
    except (psycopg.Error, TypeError) as error:
        raise ImproperlyConfigured(f"{name}: {str(error).strip()}.") from error
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ImproperlyConfigured(f"{name}: sslmode is one of {', '.join(sorted(_SSL_MODES))}.")
    numbers = [
        "connect_timeout",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
    ]
    for key in numbers:
        if not options.get(key, "0").isdecimal():
            raise ImproperlyConfigured(f"{name}: {key} is a whole number.")
    return {"connect_timeout": 5, **options}


def read_smtp(name: str) -> dict[str, Any] | None:
    """Options of Django's SMTP mailer from `smtp://user:password@host:587` (STARTTLS),

    `smtps://…:465` (TLS at once) or `smtp+plain://…:25` (no encryption); None when unset.
    """
    value = read_text(name)
    if not value:
        return None
    parts = _split(name, value)
    host = _host(parts)
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _MAIL_PORTS or not host or extra:
        raise ImproperlyConfigured(
            f"{name}: write smtp://user:password@host:587 or smtps://user:password@host:465 ({_PERCENT})."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ImproperlyConfigured(f"{name}: write both user and password, or none.")
    if not f"{user}{password}".isascii():
        raise ImproperlyConfigured(
            f"{name}: user and password are ASCII; Python's mail client can send no other letters."
        )
    return {
        "host": host.strip("[]"),
        "port": parts.port or _MAIL_PORTS[parts.scheme],
        "username": user,
        "password": password,
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 15,
    }


def _split(name: str, value: str) -> SplitResult:
    """Raises ImproperlyConfigured, with no part of the value: there may be a password in it."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: not a URL, or its port is no number; {_PERCENT}."
        ) from error
    if port == 0 or "%00" in value or any(map(str.isspace, parts.netloc)):
        raise ImproperlyConfigured(f"{name}: not a URL that leads anywhere.")
    return parts


def _host(parts: SplitResult) -> str:
    """The host as it stands in a URL and a Host header: in ASCII, an IPv6 address in brackets; empty for what is none."""
    try:
        host = ascii_domain((parts.hostname or "").removesuffix("."))
    except ValueError:
        return ""
    try:
        address = ip_address(host)
    except ValueError:
        # A number at the end is an IPv4 address that is none (WHATWG URL).
        number = host.rpartition(".")[2].isdecimal()
        return host if _HOST.fullmatch(host) and len(host) < 254 and not number else ""
    if "%" in host:  # a zone has a meaning on one machine only (RFC 6874)
        return ""
    return f"[{address}]" if isinstance(address, IPv6Address) else str(address)


def _with_host(parts: SplitResult, host: str) -> str:
    port = "" if parts.port is None else f":{parts.port}"
    return iri_to_uri(parts._replace(netloc=f"{host}{port}").geturl())
