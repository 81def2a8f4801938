"""For gunicorn: the worker with the deadlines of a test, and an application that tells what it was sent.

DEADLINE_SECONDS is few where clients are to be cut off, and many where none may be, however slow the machine is.
"""

import errno
import os
import sys
import tempfile
from wsgiref.util import FileWrapper

from config.running import client_line, web_worker

SECONDS = float(os.environ["DEADLINE_SECONDS"])
web_worker.HEAD_SECONDS = web_worker.BODY_SECONDS = web_worker.ANSWER_SECONDS = SECONDS
web_worker.LINGER_SECONDS = client_line.UPLOAD_PAUSE_SECONDS = SECONDS
web_worker.SLOWEST_LINE = 100_000_000
LONG = int(os.environ["LONG"])
_BODY = b"x" * LONG

_dropped = set()  # the queries of requests whose connection was ended


class PatientWorker(web_worker.PatientWorker):
    def _drop(self, conn):
        super()._drop(conn)
        if conn.request:
            _dropped.add(conn.request.query)


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/file":
        return _file(environ, start_response)
    if path == "/fault":
        raise OSError(errno.EBADF, "A file of the application was closed.")
    if path == "/late-fault":
        return _fault_in_the_middle(start_response)
    if path == "/long":
        body = _BODY
    elif path == "/unread":
        body = b"not read"
    elif path == "/is-dropped":
        body = str(environ["QUERY_STRING"] in _dropped).encode()
    elif path == "/turn":
        body = str(sys.getswitchinterval()).encode()
    else:
        body = f"{path} {len(environ['wsgi.input'].read())}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def _fault_in_the_middle(start_response):
    start_response("200 OK", [("Content-Length", "100")])
    yield b"begun"
    raise OSError(errno.EBADF, "A file of the application was closed.")


def _file(environ, start_response):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - gunicorn closes it
    file.write(_BODY)
    file.seek(0)
    start_response("200 OK", [("Content-Length", str(LONG))])
    return environ.get("wsgi.file_wrapper", FileWrapper)(file)
