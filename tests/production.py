"""Production on this machine, from the files of deploy/: the web service on a port that is held for it, nginx in front."""

import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from config.running.child_processes import stop_with_parent
from tests.ports import own_port
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
HOST = "magazine.example"
PATIENCE = 300.0  # seconds: a busy machine starts slowly


def command_of(unit: str) -> list[str]:
    """The words of ExecStart of a unit in deploy/, with the present Python."""
    line = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", (ROOT / "deploy" / unit).read_text(), re.M)[1]
    program, *words = shlex.split(line.replace("\\\n", " "))
    module = ["-m", "gunicorn"] if program.endswith("/gunicorn") else []
    return [sys.executable, *module, *words]


def settings(folder: Path, database_url: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url, "VAR_DIR": str(folder), "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST, "TRUSTED_PROXIES": "1", "MAIL_URL": "files",
    } | more  # fmt: skip


class WebService:
    """colophon-web.service on the port of colophon-web.socket, which stays while the service restarts.

    The service finds the socket as file 3, as systemd passes it (sd_listen_fds(3)).
    """

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log = environment, log
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.socket.getsockname()[1]
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        command = shlex.join(command_of("colophon-web.service"))
        script = (
            f"exec 3<&{self.socket.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec {command}"
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", script], cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                pass_fds=[self.socket.fileno()], preexec_fn=stop_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def wait_until_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            with suppress(OSError):
                return ask("/ready", port=self.port, tls=None).status == 200
            return False

        wait_until(is_ready, PATIENCE)

    def restart(self) -> None:
        """As `systemctl restart` does it: the old one ends, then the new one begins."""
        self.stop()
        self.start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    @property
    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def web_service(environment: dict[str, str], log: Path) -> Iterator[WebService]:
    service = WebService(environment, log)
    service.start()
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()
        service.socket.close()


class Answer:
    def __init__(self, response: HTTPResponse) -> None:
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    path: str, *, port: int, tls: Path | None, method: str = "GET", body: bytes | None = None,
    source: str = "127.0.0.1", **headers: str,
) -> Answer:  # fmt: skip
    """Ask by http, or by https with the certificate `tls` trusted, from a loopback address of your choice."""
    at = {"port": port, "timeout": PATIENCE, "source_address": (source, 0)}
    line = (
        HTTPSConnection("127.0.0.1", context=trusting(tls), **at) if tls else HTTPConnection("127.0.0.1", **at)
    )  # fmt: skip
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, {"Host": HOST} | names)
        return Answer(line.getresponse())
    finally:
        line.close()


def trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False  # loopback addresses stand for the name
    return context


class Nginx:
    """deploy/nginx.conf with other ports and folders."""

    def __init__(self, folder: Path, *, upstream: int, var: Path, http: int, https: int) -> None:
        self.folder, self.upstream, self.var, self.http, self.https = (
            folder,
            upstream,
            var,
            http,
            https,
        )
        self.certificate = folder / "fullchain.pem"
        self.log = folder / "colophon.log"

    def write(self, *, page_cache: bool) -> None:
        make_certificate(self.folder)
        site = (ROOT / "deploy/nginx.conf").read_text()
        changes = {
            r"listen 80;": f"listen 127.0.0.1:{self.http};",
            r"listen 443 ssl;": f"listen 127.0.0.1:{self.https} ssl{'' if knows_http2() else ' http2'};",
            r"listen \[::\]:.*;": "",
            r"http2 on;.*": "http2 on;" if knows_http2() else "",
            r"127\.0\.0\.1:8000": f"127.0.0.1:{self.upstream}",
            r"/etc/letsencrypt/live/magazine\.example": str(self.folder),
            r"/var/log/nginx": str(self.folder),
            r"/srv/colophon/var": str(self.var),
            r"/srv/colophon/deploy": str(ROOT / "deploy"),
        }
        for former, new in changes.items():
            site, times = re.subn(former, new, site)
            assert times, former
        cache = (ROOT / "deploy/nginx-page-cache.conf").read_text() if page_cache else ""
        cache = cache.replace("/var/cache/nginx/colophon", str(self.folder / "pages"))
        (self.folder / "nginx.conf").write_text(
            AROUND.format(folder=self.folder, user=user_line(), sites=cache + site)
        )

    def start(self) -> None:
        words = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        checked = subprocess.run([*words, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr, checked.stderr
        self.process = subprocess.Popen(
            [*words, "-g", "daemon off;"], preexec_fn=stop_with_parent(signal.SIGTERM)
        )
        wait_until(self.is_up, PATIENCE)

    def is_up(self) -> bool:
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with suppress(OSError):
            return ask("/", port=self.http, tls=None).status == 308
        return False

    def ask(self, path: str, **more) -> Answer:
        return ask(path, port=self.https, tls=self.certificate, **more)


# What stands around a site in Debian's own nginx.conf, as far as it matters here.
AROUND = """
{user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
include /etc/nginx/mime.types; default_type application/octet-stream; sendfile on; access_log off;
client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{sites}
}}
"""


@contextmanager
def nginx(folder: Path, *, upstream: int, var: Path, page_cache: bool = False) -> Iterator[Nginx]:
    """An nginx in front of `upstream`. Skips the test where there is none, except in the gate."""
    if not shutil.which("nginx"):
        assert not os.environ.get("CI"), "nginx is missing: apt-get install nginx-light"
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    folder.mkdir(exist_ok=True)
    with own_port() as http, own_port() as https:
        server = Nginx(folder, upstream=upstream, var=var, http=http, https=https)
        server.write(page_cache=page_cache)
        server.start()
        try:
            yield server
        finally:
            server.process.terminate()
            server.process.wait(PATIENCE)


def make_certificate(folder: Path) -> None:
    key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        [  # noqa: S607
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", key, "-out", certificate,
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def knows_http2() -> bool:
    """Whether `http2 on` is a directive: since 1.25.1."""
    said = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr  # noqa: S607
    return tuple(map(int, re.search(r"/(\d+)\.(\d+)\.(\d+)", said).groups())) >= (1, 25, 1)


def user_line() -> str:
    """Whom the files of a test belong to. Only root may say it."""
    return "user root root;" if os.geteuid() == 0 else ""
