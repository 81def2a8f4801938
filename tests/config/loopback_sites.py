"""Web servers on this machine, for what asks other sites."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from config.web.fetching.guard import Guard

LOOPBACK = ip_address("127.0.0.1")


class Site:
    """`answer(request)` writes each answer; `request.body` is what was sent.

    `asked` holds (method, path) of each request so far, `headers` its headers.
    """

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.command, self.path))
                site.headers.append(dict(self.headers))
                self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer(self)

            do_HEAD = do_POST = do_GET  # noqa: N815 - its name in http.server

            def log_message(self, *parts: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def guard(self, *more_ports: int) -> Guard:
        """Lets requests through to this machine at the site's own port, and to nothing else."""
        ports = frozenset({self.port, *more_ports})
        return Guard(may_reach=lambda ip: ip == LOOPBACK, ports=ports)


def says(status: int = 200, body: bytes = b"", **headers: str) -> Callable[..., None]:
    """An answer of a site. Whoever asked has it for a while before the site goes on, as on a busy computer.

    So what a site notes after its answer comes too late in each run, and not by chance in one of many.
    """

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)
        request.wfile.flush()
        time.sleep(0.02)

    return answer


@contextmanager
def site(answer: Callable[[BaseHTTPRequestHandler], None] | None = None) -> Iterator[Site]:
    running = Site(answer or says())
    thread = threading.Thread(target=running.server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.server.shutdown()
        running.server.server_close()
        thread.join()
