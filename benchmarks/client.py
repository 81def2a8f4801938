"""A load client for one core: keeps some connections busy and counts answers. Loopback only."""

import select
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Result:
    """What one run saw. Times are in seconds."""

    seconds: float
    times: list[float]
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def milliseconds(self) -> tuple[float, float]:
        """Median and 99th percentile."""
        return self.percentile(50) * 1000, self.percentile(99) * 1000

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.times, n=100)[percent - 1]


class Connection:
    """One persistent connection (RFC 9112): sends a request, reads the answer to its end, sends the next."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = self._connect()
        self.head = b""
        self.missing = -1  # bytes of the body still to come; -1: the head is not whole yet
        self.sent_at = 0.0
        self.status = 0
        self.closes = False
        self.pieces: list[bytes] = []

    def _connect(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    @property
    def answer(self) -> bytes:
        """Head and body."""
        return b"".join(self.pieces)

    def send(self, request: bytes) -> None:
        self.pieces = []
        self.head, self.missing, self.sent_at = b"", -1, time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has arrived; whether the answer is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        self.pieces.append(data)
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._read_head(self.head[:end].lower())
            self.missing -= len(self.head) - end - 4
        else:
            self.missing -= len(data)
        return self.missing <= 0

    def _read_head(self, head: bytes) -> None:
        self.status = int(head[9:12])
        self.closes = b"connection: close" in head
        start = head.find(b"content-length:")
        bodiless = self.status in {204, 304}
        self.missing = 0 if start < 0 or bodiless else int(head[start + 15 :].split(b"\r", 1)[0])

    def renew(self) -> None:
        self.socket.close()
        self.socket = self._connect()


def run(
    port: int,
    next_request: Callable[[], bytes],
    *,
    seconds: float,
    connections: int = 8,
    seen: Callable[[Connection], object] | None = None,
) -> Result:
    """Keep `connections` busy for `seconds`; `seen` is called with each that has its whole answer."""
    lines = [Connection(port) for _number in range(connections)]
    by_number = {line.socket.fileno(): line for line in lines}
    watch = select.epoll()
    for line in lines:
        watch.register(line.socket.fileno(), select.EPOLLIN)
        line.send(next_request())
    result = Result(seconds, [])
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        for number, _event in watch.poll(1.0):
            line = by_number[number]
            if not line.receive():
                continue
            result.times.append(time.perf_counter() - line.sent_at)
            result.statuses[line.status] = result.statuses.get(line.status, 0) + 1
            if seen is not None:
                seen(line)
            if line.closes:  # the worker has served its number of requests
                watch.unregister(number)
                del by_number[number]
                line.renew()
                by_number[line.socket.fileno()] = line
                watch.register(line.socket.fileno(), select.EPOLLIN)
            line.send(next_request())
    result.seconds = now - began
    for line in by_number.values():
        line.socket.close()
    watch.close()
    return result


def request(path: str, **headers: str) -> bytes:
    return _message("GET", path, headers)


def form(path: str, fields: dict[str, str], **headers: str) -> bytes:
    """A form as a browser sends it from a page of the same site."""
    body = urlencode(fields).encode()
    about = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "Sec-Fetch-Site": "same-origin",
    }
    return _message("POST", path, about | headers) + body


def fetch(port: int, message: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of one answer."""
    line = Connection(port)
    line.send(message)
    while not line.receive():
        pass
    line.socket.close()
    head, _blank, body = line.answer.partition(b"\r\n\r\n")
    pairs = (row.split(": ", 1) for row in head.decode("latin-1").split("\r\n")[1:])
    return line.status, [(name, value) for name, value in pairs], body


def _message(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: testserver"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
