"""Static files, hashed and compressed again only when one of them has changed."""

import hashlib
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

FINGERPRINT = ".sources"


def collect_static(root: Path) -> bool:
    """Fill `root` from the apps' static files. False when it is up to date already."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    note = root / FINGERPRINT
    if note.is_file() and note.read_text() == digest.hexdigest():
        return False
    note.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    note.write_text(digest.hexdigest())
    return True
