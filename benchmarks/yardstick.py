"""The least that gunicorn can do: a constant answer with the headers and the body of a real page."""

import json
import os
from pathlib import Path

_answer = json.loads(Path(os.environ["YARDSTICK"]).read_text())
HEADERS = [(name, value) for name, value in _answer["headers"]]
BODY = _answer["body"].encode()


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
