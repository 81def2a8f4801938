"""Typed reads of the process environment. A wrong value fails at start and names its variable."""

import fcntl
import os
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from config.web.files.whole_files import write_whole

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_SHORTEST_SECRET = 50  # characters; Django warns below that
# Names of the zone database that PostgreSQL does not know, or that mean another zone on another machine.
_NO_ZONES = {"Factory", "localtime", "posixrules"}
_LONGEST_NAME = 200


def load_env_file(path: Path) -> None:
    """Take `NAME=value` lines of a `.env` file into the environment; what is already set there wins."""
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path.name}: cannot be read as UTF-8: {error}.") from error
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.removeprefix("export ").partition("=")
        if not separator or not name.strip().isidentifier() or "\0" in value:
            raise ImproperlyConfigured(f"{path.name} line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    """Without the pair of quotes around it; others belong to the value."""
    quote, inside = value[:1], value[1:-1]
    wrapped = len(value) > 1 and quote in "\"'" and value[-1] == quote and quote not in inside
    return inside if wrapped else value


def read_text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space; an empty one counts as unset.

    One line: a line break or another control character in a header, a file or a URL would end it.
    """
    value = os.environ.get(name, "").strip()
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value):
        raise ImproperlyConfigured(
            f"{name}: write one line of UTF-8, without line breaks and control characters."
        )
    return value or default


def read_name(name: str, default: str) -> str:
    """Words that people read, in pages, mail headers and pictures."""
    value = unicodedata.normalize("NFC", " ".join(read_text(name, default).split()))
    if len(value) > _LONGEST_NAME:
        raise ImproperlyConfigured(f"{name}: write at most {_LONGEST_NAME} characters.")
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in value):
        raise ImproperlyConfigured(f"{name}={value!r}: write something that can be seen.")
    return value


def read_key(name: str) -> str:
    """A secret that somebody else could try to guess, or nothing."""
    value = read_text(name)
    if value and len(value) < 32:
        raise ImproperlyConfigured(f"{name}: write 50 or more random characters.")
    return value


def read_folder(name: str, default: str, *, beside: Path) -> Path:
    """A folder that can be written to, or made; a relative one stands in `beside`, wherever a command is started."""
    folder = beside / read_text(name, default)
    if any(len(os.fsencode(part)) > 255 for part in folder.parts) or len(str(folder)) > 1000:
        raise ImproperlyConfigured(f"{name}: this path is too long.")
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}={folder}: {there} is no folder that can be written to.")
    return folder


def read_bool(name: str, default: bool = False) -> bool:
    value = read_text(name).lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")
    return value in _TRUE


def read_int(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31 - 1) -> int:
    value = read_text(name, str(default))
    # A number too long for `maximum` is not even read: Python refuses thousands of digits.
    if len(value) > 20 or not value.isdecimal() or not minimum <= int(value) <= maximum:
        raise ImproperlyConfigured(
            f"{name}={value[:30]!r}: write a whole number from {minimum} to {maximum}."
        )
    return int(value)


def read_choice(name: str, default: str, choices: Mapping[str, Any] | set[str]) -> str:
    value = read_text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not known here. Examples: {', '.join(sorted(choices)[:5])}."
        )
    return value


def read_time_zone(name: str, default: str) -> str:
    value = read_text(name, default)
    if value not in available_timezones() - _NO_ZONES:
        raise ImproperlyConfigured(f"{name}={value!r}: write a time zone such as Europe/Berlin.")
    return value


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
