# ruff: noqa: T201 - a script talks to its caller
"""Does without a container engine what the Dockerfile and compose.yaml say: `sudo .venv/bin/python deploy/try_image.py`.

1. Each stage of the Dockerfile is a clean Debian with Debian's Python (clean_root.py) in the place of the base image.
2. Debian's PostgreSQL stands in for the image `postgres`, on a port of the loopback.
3. `prepare`, `web`, `worker` and a backup run as the image's user, without capabilities, in a read-only root. Only
   the folders that compose.yaml names can be written.

Not tried: the engine itself, its networks, and the image of nginx (tests/config/test_nginx.py tries its file).
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from clean_root import CleanRoot
from try_on_debian import PORT_OF_MAIL, serve_mail

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "deploy/Dockerfile"
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
DATABASE_PORT, WEB_PORT = 25432, 8000
GRACE = 40  # seconds, the longest stop_grace_period of compose.yaml
# What the page tells to write into `.env`.
WRITTEN = {
    "SECRET_KEY": "try-image" * 8,
    "SITE_URL": "https://magazine.example",
    "MAIL_URL": f"smtp+plain://127.0.0.1:{PORT_OF_MAIL}",
}
# python:3.13-slim has Python as `python`.
BASE = """
apt-get update -qq
apt-get install -qq --yes --no-install-recommends python3-venv >/dev/null
ln -s python3 /usr/bin/python
"""
POSTGRESQL = """
apt-get install -qq --yes --no-install-recommends postgresql >/dev/null 2>&1
rm -rf $PGDATA
cd /tmp
install -o postgres -m 600 /dev/null password
echo "$POSTGRES_PASSWORD" > password
runuser -u postgres -- /usr/lib/postgresql/17/bin/initdb --auth scram-sha-256 --username $POSTGRES_USER \
  --pwfile password $POSTGRES_INITDB_ARGS >/dev/null
runuser -u postgres -- /usr/lib/postgresql/17/bin/postgres --single postgres >/dev/null \
  <<< "CREATE DATABASE $POSTGRES_USER"
"""


def instructions(text: str) -> list[tuple[str, str]]:
    """Of a Dockerfile: (name, rest) of each. A line goes on after a backslash."""
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [
        (line.split()[0], line.partition(" ")[2].strip())
        for line in lines
        if line and line[0] != "#"
    ]


def command_of(service: str) -> str:
    return SERVICES[service]["command"]


class Stage:
    """A stage of the Dockerfile, in a folder of its own."""

    def __init__(self, root: CleanRoot) -> None:
        self.root, self.user, self.folder = root, "", "/"
        self.environment: dict[str, str] = {}
        self.last: dict[str, str] = {}  # CMD, HEALTHCHECK, VOLUME

    def do(self, name: str, rest: str, stages: dict[str, "Stage"]) -> None:
        print(f"{name} {rest[:100]}", flush=True)
        if name == "WORKDIR":
            self.folder = rest
            self.path(rest).mkdir(parents=True, exist_ok=True)
        elif name == "USER":
            self.user = rest
        elif name == "ENV":
            for pair in shlex.split(rest):
                key, _, value = pair.partition("=")
                self.environment[key] = value.replace("$PATH", self.root.environment["PATH"])
        elif name == "COPY":
            self.copy(rest.split(), stages)
        elif name == "RUN":
            self.root.run(rest, folder=self.folder, **self.environment)
        else:
            self.last[name] = rest

    def copy(self, words: list[str], stages: dict[str, "Stage"]) -> None:
        option = words.pop(0).partition("=")[2] if words[0].startswith("--from") else ""
        source, target = words
        if option:
            shutil.copytree(stages[option].path(source), self.path(target), symlinks=True)
        elif source == ".":
            # The commit, without what Dockerfile.dockerignore names.
            tar = subprocess.run(
                ["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True
            )
            ignored = f"--exclude-from={DOCKERFILE}.dockerignore"
            unpack = ["tar", "-x", "--anchored", ignored, "-C", str(self.path(target))]
            subprocess.run(unpack, input=tar.stdout, check=True)
        else:
            shutil.copy(ROOT / source, self.path(target))

    def path(self, name: str) -> Path:
        return self.root.folder / str(Path(self.folder, name)).lstrip("/")

    def start(self, service: str, command: str) -> subprocess.Popen[bytes]:
        """Run a command as a service of compose.yaml runs it."""
        asked = SERVICES[service]
        words = [
            "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups",
            "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", *shlex.split(command),
        ]  # fmt: skip
        return self.root.start(
            f"exec {shlex.join(words)}",
            folder=self.folder,
            read_only=asked["read_only"],
            volumes=[volume.split(":")[1] for volume in asked["volumes"]],
            tmpfs=asked["tmpfs"],
            **self.environment | settings(asked["environment"]),
        )

    def run(self, service: str, command: str) -> None:
        """The same to its end. Raises CalledProcessError."""
        subprocess.CompletedProcess(command, self.start(service, command).wait()).check_returncode()


def settings(environment: dict[str, Any]) -> dict[str, str]:
    """As Compose fills them in from `.env`. The database is at a port of this machine."""
    filled = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: WRITTEN.get(found[1], ""), str(value))
        for name, value in environment.items()
    }
    at = f"@127.0.0.1:{DATABASE_PORT}/"
    return filled | {"DATABASE_URL": filled["DATABASE_URL"].replace("@database/", at)}


def build(base: CleanRoot) -> Stage:
    """The last stage of the Dockerfile, ready to run."""
    stages: dict[str, Stage] = {}
    for name, rest in instructions(DOCKERFILE.read_text()):
        if name == "FROM":
            title = rest.rpartition(" AS ")[2]
            stages[title] = stage = Stage(base.copied(f"stage-{len(stages)}"))
        else:
            stage.do(name, rest, stages)
    return stage


@contextmanager
def running(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop it by SIGTERM in the end, as an engine does. unshare (clean_root.py) itself takes none."""
    try:
        yield
    finally:
        inside = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for number in inside:
            os.kill(int(number), signal.SIGTERM)
        process.wait(GRACE)


def try_until(check: Any, seconds: int = 300) -> None:
    """Raises what the check raises after this time. A busy machine is no fault."""
    end = time.monotonic() + seconds
    while True:
        try:
            check()
        except (OSError, subprocess.CalledProcessError):
            if time.monotonic() > end:
                raise
            time.sleep(1)
        else:
            return


def start_database(root: CleanRoot) -> subprocess.Popen[bytes]:
    given = {"PGDATA": "/var/lib/postgresql/data", **SERVICES["database"]["environment"]}
    root.run(POSTGRESQL, **given)
    server = f"/usr/lib/postgresql/17/bin/postgres -p {DATABASE_PORT} -k /tmp"
    return root.start(f"exec runuser -u postgres -- {server}", **given)


def front_page() -> bytes:
    """As nginx asks for it."""
    headers = {"Host": "magazine.example", "X-Forwarded-Proto": "https"}
    asked = urllib.request.Request(f"http://127.0.0.1:{WEB_PORT}/", headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        return answer.read()


def main(folder: Path) -> None:
    for port in (DATABASE_PORT, WEB_PORT):
        socket.create_server(("127.0.0.1", port)).close()  # raises where another server answers
    began = time.monotonic()
    base = CleanRoot(folder / "base")
    base.make()
    base.run(BASE)
    print(f"A clean Debian with Python after {time.monotonic() - began:.0f} s", flush=True)
    image = build(base)
    print(f"An image after {time.monotonic() - began:.0f} s", flush=True)
    serve_mail()
    database = base.copied("database")
    with running(start_database(database)):
        ready = (
            f"{SERVICES['database']['healthcheck']['test']} --host 127.0.0.1 --port {DATABASE_PORT}"
        )
        try_until(lambda: database.run(ready))
        run_services(image)
    print(f"All of compose.yaml but nginx has run after {time.monotonic() - began:.0f} s.")


def run_services(image: Stage) -> None:
    image.run("prepare", "sh -c '! touch /srv/colophon/written 2>/dev/null && touch var/written'")
    image.run("prepare", command_of("prepare"))
    start = shlex.join(json.loads(image.last["CMD"]))
    healthy = shlex.join(json.loads(image.last["HEALTHCHECK"].partition(" CMD ")[2]))
    with (
        running(image.start("web", start)),
        running(image.start("worker", command_of("worker"))),
    ):
        quietly = f"sh -c {shlex.quote(f'{healthy} 2>/dev/null')}"
        try_until(lambda: image.run("web", quietly))
        if b"</html>" not in front_page():
            raise SystemExit("The front page is no page.")
        image.run("worker", "python manage.py doctor")
        image.run("worker", "python manage.py backup --to var/backups")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/clean-image"))
    main(parser.parse_args().folder)
