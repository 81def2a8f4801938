import time
from contextlib import suppress

from django.tasks import task

from config.moving.moves import KEPT_FOR, Move, folder
from config.web.files.whole_files import remove_drafts


@task()
def forget_moves() -> None:
    """Delete imports and exports that ended, with their files, and files without a row."""
    for move in Move.objects.old():
        move.forget()
    remove_drafts(folder(), below=False)
    known = tuple(Move.objects.values_list("token", flat=True))
    latest = time.time() - KEPT_FOR.total_seconds()
    for path in folder().glob("[!.]*"):
        with suppress(OSError):
            if not path.name.startswith(known) and path.stat().st_mtime < latest:
                path.unlink()
