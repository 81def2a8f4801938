"""The least that gunicorn can do: a constant answer with the headers and the body of a real page.

In a process that has Django and the site loaded, as the site's own: garbage collection alone takes more time there.
"""

import json
import os
from pathlib import Path

from config.wsgi import application as site

LOADED = site  # loaded, and never asked
_answer = json.loads(Path(os.environ["YARDSTICK"]).read_text())
HEADERS = [(name, value) for name, value in _answer["headers"]]
BODY = _answer["body"].encode()
EVENT_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode(), value.encode()) for name, value in HEADERS],
}
EVENT_BODY = {"type": "http.response.body", "body": BODY}


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]


async def event_loop(scope, receive, send):
    """The same of gunicorn's ASGI worker: no cache there surpasses it with an answer of this size."""
    if scope["type"] != "http":
        raise ValueError(scope["type"])
    await send(EVENT_START)
    await send(EVENT_BODY)
