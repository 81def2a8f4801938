"""Ask another site for a page: with checked addresses only, for a few bytes and a few seconds."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import quote, urljoin

from django.conf import settings

from config.web.fetching.guard import Forbidden, Guard, NoSuchName, Target

STEP_SECONDS = 8.0  # without a byte
WHOLE_SECONDS = 15.0  # one request with its answer, however slowly it comes
MOST_REDIRECTS = 5
_TLS = ssl.create_default_context()
_REDIRECTS = {301, 302, 303, 307, 308}
_SAFE = "%/:=&?~#+!$,;'@()*[]"  # of an address as it stands in a link


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""


class NoAnswer(Exception):
    """`why` is one of name, time, connection, certificate, redirects, forbidden, nonsense."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def ask(
    address: str,
    *,
    method: str = "GET",
    most_bytes: int = 0,
    accept: str = "*/*",
    guard: Guard | None = None,
) -> Answer:
    """The last answer behind an address, and at most so many bytes of it. Raises NoAnswer.

    Redirects are followed, each checked like the first address. No proxy of the environment and no
    cookie is used.
    """
    guard = guard or Guard()
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            target = guard.check(address)
        except Forbidden as error:
            raise NoAnswer("forbidden") from error
        except NoSuchName as error:
            raise NoAnswer("name") from error
        response, body = _one(target, method, most_bytes, accept)
        location = response.headers.get("Location", "")
        if response.status not in _REDIRECTS or not location:
            return Answer(response.status, body)
        try:
            address = urljoin(address, location)
        except ValueError as error:
            raise NoAnswer("nonsense") from error
    raise NoAnswer("redirects")


def _one(target: Target, method: str, most: int, accept: str) -> tuple[HTTPResponse, bytes]:
    # Who asks, and where to complain.
    name = f"Colophon/1 (+{settings.SITE_URL}/)"
    headers = {"User-Agent": name, "Accept": accept, "Connection": "close"}
    if most and method == "GET":
        headers["Range"] = f"bytes=0-{most - 1}"
    try:
        with _connected(target) as connection:
            connection.request(method, quote(target.path, safe=_SAFE), headers=headers)
            with connection.getresponse() as response:
                return response, response.read(most) if most else b""
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer("certificate") from error
    except TimeoutError as error:
        raise NoAnswer("time") from error
    except OSError as error:
        raise NoAnswer("connection") from error
    except (HTTPException, ValueError) as error:
        raise NoAnswer("nonsense") from error


@contextmanager
def _connected(target: Target) -> Iterator[HTTPConnection]:
    """A connection to the checked address, which is cut after WHOLE_SECONDS."""
    plain = socket.create_connection((target.ip, target.port), STEP_SECONDS)
    # A slow site sends a byte at a time for ever: no time limit of a step ends that.
    line = plain.dup()
    alarm = threading.Timer(WHOLE_SECONDS, _cut, [line])
    alarm.daemon = True
    alarm.start()
    is_secure = target.scheme == "https"
    connection = (HTTPSConnection if is_secure else HTTPConnection)(target.host, target.port)
    connection.auto_open = 0  # it would look the name up again
    try:
        connection.sock = (
            _TLS.wrap_socket(plain, server_hostname=target.host) if is_secure else plain
        )
        yield connection
    finally:
        alarm.cancel()
        for end in (line, connection, plain):
            end.close()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
