"""A database that has gone through all migrations, copied by each worker instead of migrating again.

Migrations take longer than most test files. So one process runs them, once, and the folder of its server is kept in
.pytest_cache/ until a migration or an installed package changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import psycopg

from config.running.embedded_database import EmbeddedDatabase

ROOT = Path(__file__).resolve().parents[1]
NAME = "migrated"
KEPT = ROOT / ".pytest_cache" / "migrated"


def bring(server: EmbeddedDatabase) -> str:
    """Put such a database on a server that is new and does not run. Returns its URL."""
    kept = KEPT / _fingerprint()
    if not kept.exists():
        with server.running():
            _migrate(server)
        _keep(server.data, kept)
    else:
        with server.starting_alone():  # makes the folder
            _copy(kept, server.data)
    return f"{server.url.rpartition('/')[0]}/{NAME}"


def _fingerprint() -> str:
    """Of all that a migration can read."""
    digest = hashlib.sha256(sys.version.encode())
    installed = {f"{package.name}={package.version}" for package in distributions()}
    digest.update("\n".join(sorted(installed)).encode())
    for path in [*sorted(ROOT.glob("*/**/migrations/**/*")), ROOT / "config/settings.py"]:
        if path.suffix in {".py", ".sql"}:
            digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def _migrate(server: EmbeddedDatabase) -> None:
    manage = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"]
    settings = {
        "DATABASE_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "1",
    }
    subprocess.run(manage, env={**os.environ, **settings}, check=True)
    # The server makes an empty one of the usual name again when it starts.
    host, _, name = server.url.rpartition("/")
    with psycopg.connect(f"{host}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} RENAME TO {NAME}")


def _keep(data: Path, kept: Path) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for former in KEPT.glob("[!.]*"):
        shutil.rmtree(former, ignore_errors=True)
    draft = KEPT / f".draft-{os.getpid()}"
    _copy(data, draft)
    draft.rename(kept)


def _copy(source: Path, target: Path) -> None:
    """With owners: as root the server runs as somebody else."""
    subprocess.run(["cp", "-a", source, target], check=True)  # noqa: S607
