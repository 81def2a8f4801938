"""Typed reads of the process environment, and the files that a start without configuration needs.

Each read raises ImproperlyConfigured for a wrong value. The message names the variable and says
what to write.
"""

import fcntl
import hashlib
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from config.web.files.whole_files import write_whole

_BOOLEANS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
_SHORTEST_SECRET = 50  # characters; Django warns below that
# Not known to PostgreSQL, or another zone on another machine.
_NO_ZONES = {"Factory", "localtime", "posixrules"}
_LONGEST_NAME = 200

EMBEDDED_USER = EMBEDDED_NAME = "colophon"
SHARED_ROOT = Path("/var/lib/colophon")  # for root, whose own folders are closed to others
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")  # bytes, sockaddr_un on Linux


def load_env_file(path: Path) -> None:
    """Add the `NAME=value` lines of a `.env` file to the environment. A variable that is set wins.

    A value is the rest of its line, with a `#` in it; one pair of quotes around it is left out.
    """
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
        name, value = name.strip(), value.strip()
        if not separator or not name.isidentifier() or "\0" in value:
            raise ImproperlyConfigured(f"{path.name} line {number}: write NAME=value.")
        if value.startswith(('"', "'")) and value.endswith(value[0]) and value.count(value[0]) == 2:
            value = value[1:-1]
        os.environ.setdefault(name, value)


def read_text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space. An empty variable counts as unset.

    A text is one line: a line break or another control character would end a header or a URL.
    """
    value = os.environ.get(name, "").strip()
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in value):
        raise ImproperlyConfigured(
            f"{name}: write one line of UTF-8, without line breaks and control characters."
        )
    return value or default


def read_prefixed(prefix: str) -> dict[str, str]:
    """The variables whose names begin with `prefix`, by the rest of the name."""
    names = sorted(name for name in os.environ if name.startswith(prefix) and name != prefix)
    return {name.removeprefix(prefix): text for name in names if (text := read_text(name))}


def read_provider(name: str) -> str:
    """The name of a module of anymail.backends, or "". Raises when it is not installed."""
    provider = read_text(name)
    if not provider:
        return ""
    try:
        is_there = provider.isidentifier() and find_spec(f"anymail.backends.{provider}")
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            f"{name}: django-anymail is not installed: pip install django-anymail."
        ) from error
    if not is_there or provider in {"base", "base_requests", "test", "console"}:
        raise ImproperlyConfigured(f"{name}: write a provider of django-anymail, such as postmark.")
    return provider


def read_dsn(name: str) -> str:
    """Where faults are reported to, as Sentry writes it, or "". Raises without sentry-sdk."""
    value = read_text(name)
    if not value:
        return ""
    try:
        from sentry_sdk.utils import Dsn
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            f"{name}: sentry-sdk is not installed: pip install 'sentry-sdk~=2.75'."
        ) from error
    try:
        Dsn(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}: write what Sentry shows as DSN, such as https://key@faults.example/1."
        ) from error
    return value


def read_name(name: str, default: str) -> str:
    """Words for people, as pages, mail headers and pictures show them."""
    value = unicodedata.normalize("NFC", " ".join(read_text(name, default).split()))
    if len(value) > _LONGEST_NAME:
        raise ImproperlyConfigured(f"{name}: write at most {_LONGEST_NAME} characters.")
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in value):
        raise ImproperlyConfigured(f"{name}={value!r}: write something that can be seen.")
    return value


def read_key(name: str) -> str:
    """A secret that is too long to guess, or "" when the variable is unset."""
    value = read_text(name)
    if value and len(value) < 32:
        raise ImproperlyConfigured(f"{name}: write 50 or more random characters.")
    return value


def read_folder(name: str, default: str, *, beside: Path) -> Path:
    """A folder that can be written to or made. A relative path starts at `beside`."""
    folder = beside / read_text(name, default)
    if any(len(os.fsencode(part)) > 255 for part in folder.parts) or len(str(folder)) > 1000:
        raise ImproperlyConfigured(f"{name}: this path is too long.")
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}={folder}: {there} is no folder that can be written to.")
    return folder


def read_bool(name: str, default: bool = False) -> bool:
    value = read_text(name).lower()
    if value and value not in _BOOLEANS:
        raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")
    return _BOOLEANS.get(value, default)


def read_int(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31 - 1) -> int:
    value = read_text(name, str(default))
    # int() refuses thousands of digits with an error of its own.
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


def read_set(name: str, choices: set[str]) -> set[str]:
    """Words of `choices`, comma-separated; none when the variable is unset."""
    words = {word.strip().lower() for word in read_text(name).split(",")} - {""}
    if unknown := sorted(words - choices):
        raise ImproperlyConfigured(
            f"{name}: {unknown[0]!r} is not known here. Write some of {', '.join(sorted(choices))}."
        )
    return words


def read_time_zone(name: str, default: str) -> str:
    value = read_text(name, default)
    if value not in available_timezones() - _NO_ZONES:
        raise ImproperlyConfigured(f"{name}={value!r}: write a time zone such as Europe/Berlin.")
    return value


def kept_secret(name: str, path: Path) -> str:
    """The secret of a start without configuration: drawn once, then kept in `path` (mode 0600)."""
    try:
        if not _read_secret(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with (path.parent / f".{path.name}.lock").open("w") as lock:
                # Of two starts at once, one draws the secret and the other waits for it.
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not _read_secret(path):
                    write_whole(path, [secrets.token_urlsafe(50).encode()], mode=0o600)
        return _read_secret(path)
    except OSError as error:  # the file belongs to another user, or VAR_DIR is a file
        raise ImproperlyConfigured(
            f"{name}: cannot read or write {path}: {error.strerror}."
        ) from error


def _read_secret(path: Path) -> str:
    """The secret, or "" where the file is missing or broken: nothing was signed with it then."""
    try:
        secret = path.read_text().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    return secret if len(secret) >= _SHORTEST_SECRET and secret.isprintable() else ""


# Where the embedded PostgreSQL is, for a start without DATABASE_URL. config/running/ starts it.


def embedded_folder(var: Path) -> Path:
    """The folder of the server: below `var`, or below /var/lib for root with a closed folder."""
    if os.geteuid() != 0 or everyone_may_enter(var.parent):
        return var / "postgresql"
    return SHARED_ROOT / _short_digest(var.resolve())


def embedded_socket_folder(folder: Path) -> Path:
    """The server's own folder, or one in /tmp where that path is too long for a socket."""
    if len(os.fsencode(folder)) <= _SOCKET_PATH_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"colophon-{os.getuid()}-{_short_digest(folder)}"


def embedded_url(folder: Path) -> str:
    """The address of the database, as DATABASE_URL would name it."""
    socket = quote(str(embedded_socket_folder(folder)), safe="")
    return f"postgresql://{EMBEDDED_USER}@{socket}/{EMBEDDED_NAME}"


def everyone_may_enter(folder: Path) -> bool:
    """Whether the user `nobody` can reach what is in the folder."""
    folder = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())


def _short_digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
