"""Child processes that end with their parent."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def stop(process: subprocess.Popen[bytes], *, seconds: float = 8) -> None:
    """End a child by SIGINT (PostgreSQL's fast shutdown), or by SIGKILL when it does not end."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A preexec function: the kernel sends `number` to the child when its parent dies."""
    libc = ctypes.CDLL(None, use_errno=True) if os.uname().sysname == "Linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(number))

    return arrange
