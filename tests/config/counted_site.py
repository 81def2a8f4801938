"""For gunicorn: the site as it is, with a note of each page that Django makes and, on wish, slow.

Each answer says which process made it, and as which of its pages: a page that a process keeps says the same again.
"""

import itertools
import os
import time
from pathlib import Path

from config.wsgi import application

_notes = Path(os.environ["NOTES"])
_django = application.application
_numbers = itertools.count(1)


def counted(environ, start_response):
    with _notes.open("a") as notes:
        notes.write(f"{os.getpid()} {environ['PATH_INFO']}\n")
    if "slow" in environ["PATH_INFO"]:
        time.sleep(0.5)
    made = ("X-Made", f"{os.getpid()} {next(_numbers)}")
    return _django(
        environ, lambda status, headers, *more: start_response(status, [*headers, made], *more)
    )


application.application = counted
