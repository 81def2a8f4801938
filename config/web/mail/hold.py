"""Whether mail may leave: a copy of an installation must not write to real people.

The database remembers which database it is (PostgreSQL's identity of the server, and the number of
the database on it) and the public https address that it belongs to. After a dump is restored, the
server or the number is another one; a copied machine that is given another SITE_URL has another
address. Either way all mail waits until somebody runs `manage.py release_mail` or presses the
button in the admin. Several machines of one installation share database and address, so none of
them is taken for a copy.

Each claim of a mail asks this in its own statement: no process can forget it.
"""

import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Func, Value

# How long a page of the admin may show an earlier answer.
SHOWN_SECONDS = 5


def origin() -> str:
    """The public address. "" on a laptop, where the address changes with the port."""
    return settings.SITE_URL if settings.SITE_URL.startswith("https://") else ""


class MailMayLeave(Func):
    """A condition for filter(): false for all rows while mail is on hold."""

    function = "web_mail_may_leave"
    output_field = BooleanField()

    def __init__(self, *expressions: Value, **extra: Any) -> None:
        super().__init__(*(expressions or (Value(origin()),)), **extra)


def mail_may_leave() -> bool:
    """For work that makes or fetches mail and claims no row. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT web_mail_may_leave(%s)", [origin()])
        return bool(cursor.fetchone()[0])


def is_held_lately() -> bool:
    """Whether mail is on hold, as this process has seen it in the last seconds."""
    return _was_held(int(time.monotonic() / SHOWN_SECONDS))


@lru_cache(maxsize=1)
def _was_held(_period: int) -> bool:
    return not mail_may_leave()
