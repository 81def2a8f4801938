"""The part of the worker that runs imports and exports, each in a process of its own.

They take minutes to hours, and nothing else must wait for them. A process that dies takes nothing
with it: the next turn begins it anew.
"""

import os
import signal
import subprocess
import sys
import threading

from django.conf import settings

from config.moving.moves import Move, folder
from config.running.child_processes import stop_with_parent

_LOOK_SECONDS = 1.0
_END_SECONDS = 10.0  # to take back the transaction in hand
_TAIL_BYTES = 2_000


def run_due_move(stopping: threading.Event) -> None:
    """Run the move that waits longest, if no other one runs. Ends early when `stopping` is set."""
    move = Move.objects.claim()
    if move is None:
        return
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with move.said.open("wb") as output, _started(move, output.fileno()) as process:
        try:
            while process.poll() is None:
                stopping.wait(_LOOK_SECONDS)
                if stopping.is_set() or not move.seems_alive(last_line(move)):
                    _stop(process)
        except BaseException:  # the database is away: the process must not go on alone
            _stop(process)
            raise
    if process.returncode < 0:  # by a signal: of ours, of the system, or out of memory
        move.interrupt()
    else:
        move.end(is_good=process.returncode == 0, progress=last_line(move))


def _started(move: Move, output: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *move.words()],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        preexec_fn=stop_with_parent(signal.SIGTERM),
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def last_line(move: Move) -> str:
    """What the command said last."""
    try:
        with move.said.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
