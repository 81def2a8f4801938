"""The connection of one client, which never makes a thread wait.

gunicorn's parser reads from it and gunicorn's answers are written to it, as if it were the socket.
The main loop of the worker (web_worker.py) fills and empties it when the client is ready.
"""

import errno
import os
import socket
from collections import deque
from typing import Any, NamedTuple

from gunicorn import util

from config.web.middleware.headers import OF_NO_PAGE

# For long uploads of people who are logged in, which a thread reads as they come.
UPLOAD_PAUSE_SECONDS = 10.0
CHUNK_BYTES = 1_000_000  # at most in one call, of a file or of a body that is thrown away
_READ_BYTES = 65_536


class FilePart(NamedTuple):
    number: int  # a descriptor of its own
    offset: int
    left: int


class ErrorLine:
    """Takes gunicorn's own page about a fault, and adds the security headers."""

    def __init__(self, line: "Line") -> None:
        self.line = line

    def sendall(self, data: bytes) -> None:
        status, end, rest = data.partition(b"\r\n")
        more = "".join(f"{name}: {value}\r\n" for name, value in OF_NO_PAGE.items())
        self.line.sendall(status + end + more.encode("ascii") + rest)

    def gettimeout(self) -> float:
        return 0.0


class Line:
    """A connection as gunicorn's parser and answers see it, instead of the socket.

    It holds what was read ahead, and what the client has not taken yet.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.arrived = bytearray()
        self.unsent: deque[memoryview | FilePart] = deque()
        self.may_wait = False
        self.has_begun = False  # to be answered
        self._head_waits = False

    # For gunicorn's parser

    def recv(self, size: int) -> bytes:
        if self.arrived:
            data = bytes(self.arrived[:size])
            del self.arrived[:size]
            return data
        if not self.may_wait:
            raise BlockingIOError(errno.EAGAIN, "The main loop waits for nobody.")
        self.sock.settimeout(UPLOAD_PAUSE_SECONDS)
        try:
            return self.sock.recv(size)
        finally:
            self.sock.setblocking(False)

    # For gunicorn's answers, from a thread

    def sendall(self, data: bytes) -> None:
        """Send, or keep for the main loop. A head leaves with the first part of its body.

        Of a process that is killed between the two, half an answer would be left: nginx asks
        another process only if it has got nothing.
        """
        waited, self._head_waits, self.has_begun = self._head_waits, not self.has_begun, True
        if waited and len(data) < CHUNK_BYTES:
            data = bytes(self.unsent.pop()) + data
        self.unsent.append(memoryview(data))
        if not self._head_waits and (waited or len(self.unsent) == 1):
            self.flush()

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def sendfile(self, file: Any, offset: int = 0, count: int = 0) -> None:
        self._head_waits = False
        self.unsent.append(FilePart(os.dup(file.fileno()), offset, count))

    def gettimeout(self) -> float:
        return 0.0

    def setblocking(self, flag: bool) -> None:
        """Do nothing: the connection never blocks."""

    def shutdown(self, how: int) -> None:
        raise OSError(errno.ENOTCONN, "The main loop ends connections.")

    def close(self) -> None:
        """The main loop ends connections."""

    # For the main loop

    def take_in(self) -> bool:
        """Read what has arrived. False when the client has gone."""
        try:
            data = self.sock.recv(_READ_BYTES)
        except BlockingIOError:
            return True
        self.arrived += data
        return bool(data)

    def flush(self) -> bool:
        """Send what can be sent without waiting. True when nothing is left."""
        self._head_waits = False
        try:
            while self.unsent:
                part = self.unsent[0]
                rest: memoryview | FilePart | None
                if isinstance(part, FilePart):
                    rest = self._send_file(part)
                else:
                    rest = part[self.sock.send(part) :] or None
                if rest is None:
                    self.unsent.popleft()
                else:
                    self.unsent[0] = rest
        except BlockingIOError:
            return False
        return True

    def _send_file(self, part: FilePart) -> FilePart | None:
        """Send some of the file. Returns the rest, or closes the file when nothing is left."""
        size = min(part.left, CHUNK_BYTES)
        sent = os.sendfile(self.sock.fileno(), part.number, part.offset, size)
        if not sent and part.left:
            raise OSError(errno.EIO, "The file is shorter than it was.")
        if sent < part.left:
            return part._replace(offset=part.offset + sent, left=part.left - sent)
        os.close(part.number)
        return None

    @property
    def unsent_bytes(self) -> int:
        return sum(len(part) if isinstance(part, memoryview) else part.left for part in self.unsent)

    def end(self) -> None:
        for part in self.unsent:
            if isinstance(part, FilePart):
                os.close(part.number)
        self.unsent.clear()
        util.close(self.sock)
