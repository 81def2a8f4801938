"""The last backup's result, for the health page and `manage.py doctor`."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.backups.places import Place
from config.web.files.whole_files import write_whole


def record_file() -> Path:
    return Path(settings.VAR_DIR) / "backup.json"


def note(*, file: Place | None, error: str = "") -> None:
    """Write down how a backup ended. A full disk is no second error."""
    entry = {
        "at": timezone.now().isoformat(),
        "ok": not error,
        "file": str(file) if file else "",
        "bytes": file.stat().st_size if file else 0,
        "error": error,
    }
    with suppress(OSError):
        write_whole(record_file(), [json.dumps(entry).encode()])


def last() -> dict[str, Any] | None:
    """{"at", "ok", "file", "bytes", "error"} of the last backup, None when there was none."""
    try:
        entry: dict[str, Any] = json.loads(record_file().read_text())
    except (OSError, ValueError):
        return None
    return entry
