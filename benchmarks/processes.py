"""Processes beside a benchmark: started, waited for, and what they use."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scratch_site import ROOT, TICK

from config.running.child_processes import stop_with_parent

LONGEST = 900.0  # seconds


@contextlib.contextmanager
def process(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        preexec_fn=stop_with_parent(signal.SIGTERM),
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def wait_for(condition):
    end = time.monotonic() + LONGEST
    while not (answer := condition()):
        if time.monotonic() > end:
            raise SystemExit("it took too long")
        time.sleep(0.5)
    return answer


def cpu_seconds(pid: int) -> float:
    """Of a process and its children, those that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(map(int, fields[11:15])) / TICK + sum(map(cpu_seconds, map(int, children)))


def memory(process: "subprocess.Popen[bytes]") -> str:
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return f"{int(line.split()[1]) / 1000:.0f}"
    raise ValueError(process.pid)
