"""A clean Debian 13 in a folder, in which commands are run as on a machine of its own. For root, on Debian.

Debian's mirror, and what this machine needs to reach it and Python's packages, are those of this machine.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

RELEASE = "trixie"
# What a machine has that was installed with nothing chosen.
ON_EVERY_MACHINE = "adduser,ca-certificates,systemd"
_OF_THE_NETWORK = re.compile(
    r"(?i)^(pip_(?!find_links|no_index)|uv_|ssl_cert|.*_ca_bundle$|https?_proxy$|no_proxy$|git_ssl)"
)


class CleanRoot:
    """`make()` empties `folder` first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
            **{name: value for name, value in os.environ.items() if _OF_THE_NETWORK.match(name)},
        }  # fmt: skip

    def make(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        kept = self.folder.parent / "debootstrap-packages"
        kept.mkdir(exist_ok=True)
        words = [
            "debootstrap",
            "--variant=minbase",
            f"--include={ON_EVERY_MACHINE}",
            f"--cache-dir={kept}",
        ]
        subprocess.run(
            [*words, RELEASE, str(self.folder), mirror()], check=True, stdout=subprocess.DEVNULL
        )
        self._take_along()

    def _take_along(self) -> None:
        for name in (
            "etc/resolv.conf",
            "etc/hosts",
            "etc/pip.conf",
            "etc/ssl/certs/ca-certificates.crt",
        ):
            if Path("/", name).exists():
                shutil.copyfile(Path("/", name), self.folder / name)
        for folder in ("proc", "dev/pts", "dev/shm"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)

    def copied(self, name: str) -> "CleanRoot":
        """Another one in a folder beside this one. What that folder held is lost."""
        copy = CleanRoot(self.folder.with_name(name))
        shutil.rmtree(copy.folder, ignore_errors=True)
        subprocess.run(["cp", "-a", self.folder, copy.folder], check=True)
        return copy

    def run(self, script: str, *, folder: str = "/", **more: str) -> None:
        """Run a shell script as root, in a namespace of processes and mounts of its own, so that nothing is left of it.

        Stops at the first command that fails, and raises CalledProcessError.
        """
        process = self.start(script, folder=folder, **more)
        subprocess.CompletedProcess(process.args, process.wait()).check_returncode()

    def start(
        self,
        script: str,
        *,
        folder: str = "/",
        read_only: bool = False,
        volumes: Sequence[str] = (),
        tmpfs: Sequence[str] = (),
        **more: str,
    ) -> subprocess.Popen[bytes]:
        """The same in the background. In a read-only root only `volumes` and `tmpfs` can be written."""
        mounts = []
        if read_only:
            mounts += ["mount --bind . .", f"cd {self.folder}"]
            mounts += [f"mount --bind .{path} .{path}" for path in volumes]
            mounts += ["mount -o remount,bind,ro ."]
        else:
            mounts += ["mount -t tmpfs tmpfs run", "mkdir run/lock"]
        mounts += ["mount -t proc proc proc", "mount --rbind /dev dev"]
        mounts += [f"mount -t tmpfs tmpfs .{path}" for path in tmpfs]
        inside = "; ".join([*mounts, 'exec chroot . /bin/bash -euc "$1"'])
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", inside,
             "sh", f"cd {folder}\n{script}"],
            cwd=self.folder, env=self.environment | more, stdin=subprocess.DEVNULL,
        )  # fmt: skip


def mirror() -> str:
    """Where this machine gets Debian's packages from."""
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        text = path.read_text() if path.is_file() else ""
        if found := re.search(r"^(?:URIs:|deb(?: \[.*?\])?) *(\S+/debian)/?(?: |$)", text, re.M):
            return found[1]
    raise SystemExit("This machine's apt knows no mirror of Debian.")
