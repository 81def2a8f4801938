# ruff: noqa: T201 - a script talks to its caller
"""Tries docs/deploying.md on a clean Debian: `sudo python3 deploy/try_on_debian.py [--folder /var/tmp/clean-debian]`.

All blocks of the page that are marked `sh` are run in their order, as root, from the page itself. A few lines cannot be as
they are there; they stand in REPLACED. Needs root, debootstrap and Debian's and Python's packages; no container engine.
There is no systemd inside: clean_systemctl.py starts the units' commands as their users.
"""

import argparse
import re
import socketserver
import subprocess
import threading
import time
from pathlib import Path

from clean_root import CleanRoot

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "deploying.md"
PORT_OF_MAIL = 2525
# A line of the page by its beginning, and what is run in its place.
REPLACED = {
    # No systemd starts what is installed.
    "apt-get install": "{line}\n/etc/init.d/postgresql start; /etc/init.d/nginx start",
    "SOURCE=": "SOURCE=/source",
    "git checkout --quiet RELEASE-BEFORE": "git checkout --quiet HEAD~1",
    # The code before has answered on the new schema.
    "git checkout --quiet main": (
        "curl --fail --silent --show-error --output /dev/null https://$SITE/\n"
        "git checkout --quiet -\n"
        "venv/bin/pip install --quiet --require-hashes --requirement requirements.txt\n"
        "systemctl restart colophon-web colophon-worker"
    ),
    # The machine is lost: an empty database and no media, as on a new one.
    "BACKUP=": (
        "{line}\n"
        "runuser -u postgres -- dropdb --force colophon\n"
        "runuser -u postgres -- createdb --owner colophon --template template0 --encoding UTF8 --locale C.UTF-8 colophon\n"
        "find var/media -mindepth 1 -delete"
    ),
    "MAIL_URL=smtp": f"MAIL_URL=smtp+plain://127.0.0.1:{PORT_OF_MAIL}",
    "certbot certonly": (
        "mkdir -p /etc/letsencrypt/live/$SITE\n"
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=$SITE"
        " -addext subjectAltName=DNS:$SITE -keyout /etc/letsencrypt/live/$SITE/privkey.pem"
        " -out /etc/letsencrypt/live/$SITE/fullchain.pem 2>&1\n"
        "cat /etc/letsencrypt/live/$SITE/fullchain.pem >> /etc/ssl/certs/ca-certificates.crt"
    ),
    "runuser -u colophon -- venv/bin/python manage.py createsuperuser": (
        "export DJANGO_SUPERUSER_USERNAME=ada DJANGO_SUPERUSER_PASSWORD=$(head -c 20 /dev/urandom | base64)"
        " DJANGO_SUPERUSER_EMAIL=ada@magazine.example\n"
        "runuser -u colophon -- venv/bin/python manage.py createsuperuser --noinput"
    ),
}  # fmt: skip
# What the page promises, looked at after its blocks.
AFTERWARDS = """
grep --quiet 'Unattended-Upgrade "1"' /etc/apt/apt.conf.d/20auto-upgrades
curl --fail --silent --show-error https://magazine.example/ | grep --quiet '</html>'
curl --silent --output /dev/null --write-out '%{http_code}\\n' http://magazine.example/ | grep --quiet 308
style=$(curl --silent https://magazine.example/ | grep --only-matching '/static/[^"]*\\.css' | head -1)
curl --fail --silent --head "https://magazine.example$style" | grep --quiet immutable
runuser -u www-data -- test ! -r /srv/colophon/.env
runuser -u www-data -- test ! -r /srv/colophon/var/secret-key
runuser -u colophon -- /bin/sh -c "cd /srv/colophon; $(sed -n 's/^ExecStart=//p' /etc/systemd/system/colophon-backup.service)"
ls /srv/backups/*.tar
runuser -u colophon -- /bin/sh -c "cd /srv/colophon; $(sed -n 's/^ExecStart=//p' /etc/systemd/system/colophon-verify.service)"
"""


def blocks(page: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)


def as_tried(block: str) -> str:
    """The block with the lines of REPLACED replaced. A line goes on after a backslash."""
    lines = []
    for line in re.findall(r"(?:.*\\\n)*.*\n", block):
        new = next((REPLACED[start] for start in REPLACED if line.startswith(start)), None)
        lines.append(line if new is None else new.replace("{line}", line.strip()) + "\n")
    return "".join(lines)


def script(page: str) -> str:
    """All blocks in one shell, which says each command and the time before it runs it."""
    return "\n".join(["exec 2>&1", "PS4='+ ${SECONDS} s '", "set -x", *map(as_tried, blocks(page))])


class MailServer(socketserver.StreamRequestHandler):
    """Says yes to everything. The clean root shares this machine's network."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            self.wfile.write(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 yes\r\n")


def serve_mail() -> None:
    """In a thread that ends with this process."""
    mail = socketserver.ThreadingTCPServer(("127.0.0.1", PORT_OF_MAIL), MailServer)
    threading.Thread(target=mail.serve_forever, daemon=True).start()


def prepare(root: CleanRoot) -> None:
    """The source to clone, a name for the site, and a systemctl."""
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(ROOT), str(root.folder / "source")], check=True
    )
    with (root.folder / "etc/hosts").open("a") as hosts:
        hosts.write("127.0.0.1 magazine.example\n")
    stand_in = root.folder / "usr/local/bin/systemctl"
    stand_in.write_text((ROOT / "deploy/clean_systemctl.py").read_text())
    stand_in.chmod(0o755)


def main(folder: Path) -> None:
    began = time.monotonic()
    root = CleanRoot(folder)
    root.make()
    prepare(root)
    print(f"A clean Debian after {time.monotonic() - began:.0f} s")
    serve_mail()
    began = time.monotonic()
    root.run(f"{script(PAGE.read_text())}\n{AFTERWARDS}")
    print(
        f"docs/deploying.md to HTTPS, an upgrade, the way back and another machine: {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/clean-debian"))
    main(parser.parse_args().folder / "root")
