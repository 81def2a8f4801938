"""Serves the demonstration magazine for a while: to take pictures of it, and to measure it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import own_port

ROOT = Path(__file__).parents[2]
# One page of each kind that readers come to most
PAGES = {
    "front": "/",
    "article": "/articles/after-the-bad-night/",
    "topic": "/topics/sleep/",
    "author": "/authors/priya-sandhu/",
    "archive": "/archive/",
    "search": "/search/?q=sleep",
    "newsletter": "/newsletter/",
    "about": "/about/",
    "series": "/series/where-the-numbers-come-from/",
    "topics": "/topics/",
    "authors": "/authors/",
    "follow": "/follow/",
    "saved": "/saved/",
    "corrections": "/corrections/",
    "thread": "/articles/ten-thousand-steps/comments/",
    "not found": "/nowhere/at/all/",
}


# What an empty site has no page for
FILLED_ONLY = {"article", "topic", "author", "series", "thread"}


@contextmanager
def demonstration(*, filled: bool = True) -> Iterator[str]:
    """The address of `serve --demo` in a folder of its own, as in production: DEBUG off, packed static files.

    Not filled, nothing is published there.
    """
    with tempfile.TemporaryDirectory(prefix="colophon-demo-") as var, own_port() as port:
        Path(var).chmod(0o755)  # as root PostgreSQL runs as somebody else
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *(["--demo"] if filled else []), "--port", str(port)],
            cwd=ROOT, env=_own_environment(var), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            yield _address_when_ready(server)
        finally:
            server.terminate()
            server.communicate(timeout=60)


def _own_environment(var: str) -> dict[str, str]:
    names = ("DATABASE_URL", "SITE_URL", "SECRET_KEY", "DEBUG", "MAIL_URL", "ALLOWED_HOSTS")
    return os.environ | dict.fromkeys(names, "") | {"VAR_DIR": var}


def _address_when_ready(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        if "is ready at" in line:
            return line.split("is ready at ")[1].split()[0].rstrip("/")
    raise SystemExit("The demonstration did not start; its last words are above.")
