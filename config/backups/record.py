"""How the last backup and the last trial of one ended: for the health page and the doctor."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.backups.places import Place
from config.web.files.whole_files import write_whole

MADE, VERIFIED = "backup.json", "backup-verified.json"


def record_file(name: str = MADE) -> Path:
    return Path(settings.VAR_DIR) / name


def note(*, file: Place | None, error: str = "", name: str = MADE) -> None:
    """Write down how a backup, or a trial of one, ended. A full disk is no second error."""
    entry = {
        "at": timezone.now().isoformat(),
        "ok": not error,
        "file": str(file) if file else "",
        "bytes": file.stat().st_size if file else 0,
        "error": error,
    }
    with suppress(OSError):
        write_whole(record_file(name), [json.dumps(entry).encode()])


def last(name: str = MADE) -> dict[str, Any] | None:
    """{"at", "ok", "file", "bytes", "error"} of the last one, None when there was none."""
    try:
        entry: dict[str, Any] = json.loads(record_file(name).read_text())
    except (OSError, ValueError):
        return None
    return entry
