"""A name of all that pages are made with, beside rows: code, templates, translations, settings."""

import hashlib
import re
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings

_FOLDERS = ("config", "articles", "comments", "newsletter", "templates", "locale", "static")
# Of one machine or process; no page shows them.
_OF_MACHINES = ("DATABASES", "AXES_")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def build_name() -> str:
    """The same in two processes only if they make the same pages of the same rows."""
    said = hashlib.blake2b(digest_size=20, key=settings.SECRET_KEY.encode()[:64])
    for name in sorted(f"{one.name} {one.version}" for one in distributions()):
        said.update(name.encode())
    base = Path(settings.BASE_DIR)
    files = [path for folder in _FOLDERS for path in (base / folder).rglob("*") if path.is_file()]
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    for path in [*sorted(files), *([manifest] if manifest.exists() else [])]:
        if path.suffix not in {".pyc", ".po"}:
            with suppress(FileNotFoundError):  # removed since
                content = path.read_bytes()
                said.update(repr((path.name, len(content))).encode() + content)
    for name in sorted(name for name in dir(settings) if name.isupper()):
        value = getattr(settings, name)
        if not name.startswith(_OF_MACHINES):
            value = sorted(value) if isinstance(value, set | frozenset) else value
            said.update(_ADDRESS.sub("", f"{name}={value!r}").encode())
    return said.hexdigest()
