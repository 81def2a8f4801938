"""Typed reads of the process environment. A wrong value fails at start and names its variable."""

import fcntl
import os
import re
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from config.web.addresses import ascii_domain, readable_domain
from config.web.whole_files import write_whole

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_SHORTEST_SECRET = 50  # characters; Django warns below that
_DOMAIN = re.compile(r"([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


def load_env_file(path: Path) -> None:
    """Take `NAME=value` lines of a `.env` file into the environment; what is already set there wins."""
    if not path.is_file():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.removeprefix("export ").partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path.name} line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def read_text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def read_bool(name: str, default: bool = False) -> bool:
    value = read_text(name).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")
    return value in _TRUE


def read_int(name: str, default: int, *, minimum: int = 0) -> int:
    value = read_text(name, str(default))
    if not value.isdecimal() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number from {minimum}.")
    return int(value)


def read_list(name: str, default: list[str]) -> list[str]:
    """Comma-separated words."""
    return [word.strip() for word in read_text(name).split(",") if word.strip()] or default


def read_domains(name: str) -> frozenset[str]:
    """Domains in the one spelling of config.web.addresses: comma-separated, or one a line in the file whose absolute path is given."""
    value = read_text(name)
    try:
        text = Path(value).read_text(encoding="utf-8") if value.startswith("/") else value
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}: cannot read {value}: {error}.") from error
    lines = [line.partition("#")[0] for line in text.splitlines()]
    words = [word.strip() for word in ",".join(lines).split(",") if word.strip()]
    return frozenset(readable_domain(_ascii_domain(name, word)) for word in words)


def _ascii_domain(name: str, text: str) -> str:
    try:
        domain = ascii_domain(text)
    except ValueError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise ImproperlyConfigured(f"{name}: {text!r} is no domain such as mail.example.")
    return domain


def read_choice(name: str, default: str, choices: Mapping[str, Any] | set[str]) -> str:
    value = read_text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not known here. Examples: {', '.join(sorted(choices)[:5])}."
        )
    return value


def read_time_zone(name: str, default: str) -> str:
    value = read_text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(f"{name}={value!r}: write a time zone such as Europe/Berlin.")
    return value


def read_site_url(name: str, default: str) -> str:
    """An http or https origin (scheme, host, port), without a trailing slash."""
    value = read_text(name, default).rstrip("/")
    parts = _split(name, value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name}={value!r}: write scheme and host only, such as https://magazine.example."
        )
    return value


def read_service_url(name: str) -> str:
    """An https address somewhere else, without a trailing slash, or nothing."""
    value = read_text(name).rstrip("/")
    parts = _split(name, value)
    inside = _is_local(parts.hostname or "")
    odd = parts.username or parts.query or parts.fragment or any(map(str.isspace, value))
    if value and (parts.scheme != "https" or not parts.hostname or inside or odd):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write an address such as https://spam.example/1.1, on no private network."
        )
    return value


def _is_local(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def read_contact(name: str) -> str:
    """A mailto: or https: address, or nothing."""
    value = read_text(name)
    parts = _split(name, value)
    mail, page = parts.scheme == "mailto", parts.scheme == "https"
    known = (mail and "@" in parts.path) or (page and bool(parts.hostname))
    if value and (not known or any(letter.isspace() for letter in value)):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write mailto:security@magazine.example or an https:// address."
        )
    return value


def read_database(name: str, default: str) -> dict[str, Any]:
    """A Django database from `postgresql://user:password@host:port/name?option=value`.

    A socket folder goes percent-encoded in the host's place (libpq's URI form).
    """
    value = read_text(name, default)
    parts = _split(name, value)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name}: write postgresql://user:password@host:5432/name (Colophon runs on PostgreSQL)."
        )
    # hostname lower-cases, which breaks a socket's path
    host = parts.netloc.rpartition("@")[2]
    if parts.port is not None:
        host = host.rpartition(":")[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


def read_smtp(name: str) -> dict[str, Any] | None:
    """Options of Django's SMTP mailer from `smtp://user:password@host:587` (STARTTLS),

    `smtps://…:465` (TLS at once) or `smtp+plain://…:25` (no encryption); None when unset.
    """
    value = read_text(name)
    if not value:
        return None
    parts = _split(name, value)
    default_ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in default_ports or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name}: write smtp://user:password@host:587 or smtps://user:password@host:465."
        )
    return {
        "host": parts.hostname,
        "port": parts.port or default_ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 15,
    }


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - read for its ValueError
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: not a URL ({error}).") from error
    return parts


def kept_secret(name: str, path: Path) -> str:
    """A random secret drawn once and kept in `path` (mode 0600), for a start without configuration."""
    try:
        secret = _read_secret(path)
    except OSError as error:  # another user's, or VAR_DIR is a file
        raise ImproperlyConfigured(f"{name}: cannot read {path}: {error.strerror}.") from error
    try:
        return secret or _draw_secret(path)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot write {path}: {error.strerror}.") from error


def _read_secret(path: Path) -> str:
    """Nothing where the file is missing or was cut off: it never was whole, so nothing was signed with it."""
    try:
        secret = path.read_text().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    return secret if len(secret) >= _SHORTEST_SECRET and secret.isprintable() else ""


def _draw_secret(path: Path) -> str:
    """Whole or not at all: a start that is killed leaves no empty file, and of two starts at once one draws."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _read_secret(path):
            write_whole(path, [secrets.token_urlsafe(50).encode()], mode=0o600)
        return _read_secret(path)
