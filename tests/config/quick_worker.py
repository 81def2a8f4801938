"""For gunicorn: the worker with deadlines that a test can wait for, and an application that tells what it was sent."""

import errno
import tempfile
from wsgiref.util import FileWrapper

from config.running import web_worker
from config.running.web_worker import PatientWorker

web_worker.HEAD_SECONDS = web_worker.BODY_SECONDS = web_worker.ANSWER_SECONDS = 3.0
web_worker.SLOWEST_LINE = 100_000_000
LONG = 12_000_000  # bytes: more than a socket takes unread
_BODY = b"x" * LONG

__all__ = ["PatientWorker", "application"]


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
