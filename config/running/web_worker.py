"""gunicorn's threaded worker, except that slow clients hold no thread.

A thread is taken when a whole request has arrived, and is free when its answer is made. Before and
after, the worker's main loop waits for the client, with thousands of others, until the deadlines
below. gunicorn's own worker gives each connection a thread that reads, works and writes: a few slow
clients can then stop the whole worker.
"""

import errno
import logging
import selectors
import socket
import sys
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http.body import LengthReader
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from config.running.client_line import CHUNK_BYTES, ErrorLine, Line

logger = logging.getLogger("colophon.web_worker")

HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
# The time to take an answer: this, and the time that a line of so many bytes a second needs.
ANSWER_SECONDS = 30.0
SLOWEST_LINE = 10_000
LINGER_SECONDS = 2.0
SWEEP_SECONDS = 0.5
# How long a thread goes on while another one, whose query was answered, waits for its turn. It may
# hold rows in the database that others wait for. Python's own is five times as long.
TURN_SECONDS = 0.001
HEAD_BYTES = 65_536
# More than a stranger's form may have (FORM_BYTES), so that Django refuses it.
BODY_BYTES = 262_144


class Connection:
    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        self.line = self.sock = Line(sock)
        self.client, self.server = client, server
        self.parser = RequestParser(cfg, self.line, client)
        self.request: Any = None
        self.keep = False  # for another request
        self.phase = ""
        self.deadline = 0.0
        self.events = 0  # that the main loop waits for
        self._looked_at = 0  # bytes of a head, or of a body in chunks
        self.lingered = 0

    def head_is_here(self) -> bool:
        found = self.line.arrived.find(b"\r\n\r\n", max(0, self._looked_at - 3))
        self._looked_at = 0 if found >= 0 else len(self.line.arrived)
        return found >= 0

    def body_is_here(self) -> bool:
        """Whether the body has arrived, or is so long that a thread reads it as it comes."""
        reader = self.request.body.reader
        if isinstance(reader, LengthReader):
            return reader.length <= self._buffered or reader.length > BODY_BYTES
        return self._chunks_are_here()

    def is_read(self) -> bool:
        """Whether the line holds nothing of this request any more."""
        reader = self.request.body.reader
        return isinstance(reader, LengthReader) and reader.length <= self._buffered

    def has_more(self) -> bool:
        return bool(self._buffered)

    def next_request(self) -> None:
        """Forget the request, with the part of its body that the application did not read."""
        reader = self.request.body.reader
        while reader.length:
            reader.read(reader.length)
        self.request, self._looked_at = None, 0
        if self._buffered:  # what the parser read ahead is looked at again
            self.line.arrived[:0] = self.parser.unreader.take_buffered()

    @property
    def _buffered(self) -> int:
        return len(self.parser.unreader.buf.getbuffer()) + len(self.line.arrived)

    def _chunks_are_here(self) -> bool:
        """Whether the last chunk has arrived (RFC 9112, 7.1). gunicorn refuses malformed ones."""
        self.line.arrived[:0] = self.parser.unreader.take_buffered()
        body = self.line.arrived
        while (end := body.find(b"\r\n", self._looked_at)) >= 0:
            try:
                size = int(bytes(body[self._looked_at : end]).partition(b";")[0], 16)
            except ValueError:
                return True
            if size <= 0:
                return body.find(b"\r\n\r\n", end) >= 0
            if end + 2 + size + 2 > len(body):
                return False
            self._looked_at = end + 2 + size + 2
        return False


class PatientWorker(ThreadWorker):
    """`gunicorn --worker-class config.running.web_worker.PatientWorker`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those that the main loop waits for, longest waiting first.
        self.waiting: dict[Connection, None] = {}
        self._sweep_at = 0.0

    def init_process(self) -> None:
        sys.setswitchinterval(TURN_SECONDS)
        super().init_process()

    def accept(self, listener: Any) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        sock.setblocking(False)
        self.nr_conns += 1
        conn = Connection(self.cfg, sock, client, listener.getsockname())
        self._wait(conn, "head", HEAD_SECONDS, selectors.EVENT_READ)
        if self.nr_conns >= self.worker_connections:
            self._drop(next(iter(self.waiting)))

    def _wait(self, conn: Connection, phase: str, seconds: float, events: int) -> None:
        """Begin a phase, or continue it until the deadline that it began with."""
        if conn.phase != phase:
            conn.phase, conn.deadline = phase, time.monotonic() + seconds
        if conn.events == events:
            return
        step = partial(self._on_ready, conn)
        if conn.events:
            self.poller.modify(conn.line.sock, events, step)
        else:
            self.poller.register(conn.line.sock, events, step)
            self.waiting[conn] = None
        conn.events = events

    def _take(self, conn: Connection) -> None:
        """Stop waiting for the connection in the main loop."""
        if conn.events:
            self.poller.unregister(conn.line.sock)
            conn.events = 0
            del self.waiting[conn]
        conn.phase = ""

    def _drop(self, conn: Connection) -> None:
        self._take(conn)
        self.nr_conns -= 1
        conn.line.end()

    def _on_ready(self, conn: Connection, sock: Any) -> None:
        if not conn.events:  # dropped a moment ago
            return
        try:
            if conn.phase == "answer":
                self._send(conn)
            elif conn.phase == "linger":
                # Closed at once, a client that still sends could lose the answer (RFC 9112, 9.6).
                more = conn.line.take_in()
                conn.lingered += len(conn.line.arrived)
                conn.line.arrived.clear()
                if not more or conn.lingered > CHUNK_BYTES:
                    self._drop(conn)
            elif conn.line.take_in():
                self._proceed(conn)
            else:
                self._drop(conn)
        except OSError:
            self._drop(conn)
        except Exception:  # the other connections are served on
            logger.exception("a connection failed")
            self._drop(conn)

    # A request comes in

    def _proceed(self, conn: Connection) -> None:
        """Give a whole request to a thread, or wait for the rest of it."""
        if conn.request is None and not conn.head_is_here():
            if len(conn.line.arrived) > HEAD_BYTES:
                self._refuse(conn, 431, "Request Header Fields Too Large")
            elif conn.line.arrived or conn.phase != "idle":
                self._wait(conn, "head", HEAD_SECONDS, selectors.EVENT_READ)
        elif conn.request is None and not self._parse(conn):
            return
        elif conn.body_is_here():
            self._take(conn)
            self.enqueue_req(conn)
        elif len(conn.line.arrived) > BODY_BYTES:
            self._refuse(conn, 413, "Content Too Large")
        else:
            self._wait(conn, "body", BODY_SECONDS, selectors.EVENT_READ)

    def _parse(self, conn: Connection) -> bool:
        try:
            conn.request = next(conn.parser)
        except StopIteration:
            self._drop(conn)
            return False
        except Exception as error:  # no request: gunicorn says what is wrong with it
            self.handle_error(None, conn.line, conn.client, error)
            self._finish(conn, keep=False)
            return False
        if conn.request._expected_100_continue and not conn.body_is_here():
            conn.line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            conn.line.flush()
            conn.request._expected_100_continue = False
        return True

    def _refuse(self, conn: Connection, status: int, reason: str) -> None:
        util.write_error(ErrorLine(conn.line), status, reason, "")
        self._finish(conn, keep=False)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, ErrorLine(client), addr, exc)

    # A thread makes the answer

    def handle(self, conn: Connection) -> bool:
        """Make the answer, in a thread. True when the connection may have another request."""
        conn.line.may_wait, conn.line.has_begun = True, False
        try:
            return bool(self.handle_request(conn.request, conn)) and conn.is_read()
        except (ConnectionError, TimeoutError) as error:  # the client is gone, or sends no more
            self.log.debug("Ignoring %r", error)
        except StopIteration:
            pass
        except Exception as error:
            if conn.line.has_begun:  # too late for another answer
                self.log.exception("Error handling request")
                return False
            self.handle_error(conn.request, conn.line, conn.client, error)
        finally:
            conn.line.may_wait = False
        return False

    # The answer goes out

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        try:
            keep = not fs.cancelled() and fs.result() and self.alive
            self._finish(conn, keep=bool(keep))
        except OSError:
            self._drop(conn)
        except Exception:
            logger.exception("a connection failed")
            self._drop(conn)

    def _finish(self, conn: Connection, *, keep: bool) -> None:
        conn.keep = keep
        self._send(conn)

    def _send(self, conn: Connection) -> None:
        if not conn.line.flush():
            seconds = ANSWER_SECONDS
            if conn.phase != "answer":
                seconds += conn.line.unsent_bytes / SLOWEST_LINE
            self._wait(conn, "answer", seconds, selectors.EVENT_WRITE)
        elif conn.keep:
            conn.next_request()
            self._wait(conn, "idle", self.cfg.keepalive, selectors.EVENT_READ)
            if conn.has_more():
                self._proceed(conn)
        else:
            conn.line.sock.shutdown(socket.SHUT_WR)
            self._wait(conn, "linger", LINGER_SECONDS, selectors.EVENT_READ)

    # gunicorn's main loop calls these

    def murder_pending(self) -> None:
        """Close the connections that are beyond their deadline."""
        now = time.monotonic()
        if now < self._sweep_at:
            return
        self._sweep_at = now + SWEEP_SECONDS
        for conn in [conn for conn in self.waiting if conn.deadline <= now]:
            self._drop(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        for conn in list(self.waiting) if force else ():
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """The worker stops: connections without a whole request are closed by `deadline`."""
        for conn in self.waiting:
            if conn.phase != "answer":
                conn.deadline = min(conn.deadline, deadline)
