#!/usr/bin/env python3
"""Stands in for `systemctl` where no systemd runs (try_on_debian.py): starts the commands of units as their users.

What a unit shuts off (ProtectSystem= and the like) is not tried by this; `systemd-analyze verify` reads it.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS, NOTES = Path("/etc/systemd/system"), Path("/run/units")


def main(verb: str, *names: str) -> None:
    units = [name if "." in name else f"{name}.service" for name in names if name[:2] != "--"]
    ours = [name for name in units if (UNITS / name).exists()]
    if verb == "daemon-reload":
        files = sorted(map(str, UNITS.glob("colophon-*")))
        subprocess.run(["systemd-analyze", "verify", *files], check=True)
    for name in set(units) - set(ours):
        subprocess.run(["/etc/init.d/" + name.removesuffix(".service"), verb], check=True)
    for name in ours:
        if name.endswith(".service"):
            start(name) if verb == "enable" else os.kill(
                int((NOTES / name).read_text()), signal.SIGHUP
            )


def start(name: str) -> None:
    """A process that keeps the unit running, and its socket open while it restarts."""
    NOTES.mkdir(exist_ok=True)
    with Path("/var/log", f"{name}.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, "keep", name],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    (NOTES / name).write_text(str(keeper.pid))


def keep(name: str) -> None:
    unit, beside = read(name), UNITS / name.replace(".service", ".socket")
    listener = None
    if beside.exists():
        host, _, port = read(beside.name)["ListenStream"].rpartition(":")
        listener = socket.create_server(
            (host, int(port)), backlog=int(read(beside.name)["Backlog"])
        )
    command = f"exec {unit['ExecStart']}"
    if listener:
        command = f"exec 3<&{listener.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; {command}"
    words = ["/bin/bash", "-c", f"cd {unit['WorkingDirectory']}; umask {unit['UMask']}; {command}"]
    words = [
        "setpriv",
        f"--reuid={unit['User']}",
        f"--regid={unit['Group']}",
        "--init-groups",
        *words,
    ]
    while True:
        process = subprocess.Popen(words, pass_fds=[listener.fileno()] if listener else [])
        signal.signal(signal.SIGHUP, lambda *_given, process=process: process.terminate())
        process.wait()
        time.sleep(0.2)


def read(name: str) -> dict[str, str]:
    """The settings of a unit, the last of each name. Lines that end with a backslash go on."""
    lines = (UNITS / name).read_text().replace("\\\n", " ").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


if __name__ == "__main__":
    keep(sys.argv[2]) if sys.argv[1] == "keep" else main(*sys.argv[1:])
