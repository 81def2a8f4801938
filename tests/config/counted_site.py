"""For gunicorn: the site as it is, with a note of each page that Django makes and, on wish, slow."""

import os
import time
from pathlib import Path

from config.wsgi import application

_notes = Path(os.environ["NOTES"])
_django = application.application


def counted(environ, start_response):
    with _notes.open("a") as notes:
        notes.write(f"{os.getpid()} {environ['PATH_INFO']}\n")
    if "slow" in environ["PATH_INFO"]:
        time.sleep(0.5)
    return _django(environ, start_response)


application.application = counted
