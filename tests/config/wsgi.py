"""Asking a WSGI application, as gunicorn does: Django's test client passes the page cache by."""

import io
import sys


class Answered:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = int(status.split()[0]), dict(headers), body


def environ_of(path="/", query="", method="GET", **headers):
    path, _mark, asked = path.partition("?")
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query or asked,
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


def get(application, *args, **kwargs):
    started = []
    content = application(environ_of(*args, **kwargs), lambda *start: started.append(start))
    body = b"".join(content)
    if hasattr(content, "close"):
        content.close()
    return Answered(*started[0][:2], body)
