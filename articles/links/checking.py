"""Links to other sites are asked whether they still answer, slowly and politely.

A round asks each host once, one after the other, and each link with a HEAD; only where a site does
not answer that, the first bytes of the page are asked for. All workers together ask one link
at a time. What a site answers counts, not whether it lets programs in: robots.txt forbids gathering
pages, and one request in a month for a page that readers are sent to gathers nothing.
"""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction

from articles.models import Link
from config.web.fetching.asking import NoAnswer, ask
from config.web.fetching.guard import Guard

logger = logging.getLogger("colophon.links")

ROUND_SECONDS = 60.0  # so long a host is left alone
HOSTS_IN_A_ROUND = 100
FIRST_BYTES = 1024
# Answers of sites that do not like HEAD.
_ASK_AGAIN = {400, 403, 404, 405, 406, 410, 500, 501, 503}
# The page is there, but not for programs, or not now.
_NOT_FOR_US = {401, 403, 405, 406, 407, 408, 425, 429, 451}


class LinkChecker(threading.Thread):
    """A part of the worker. Other sites take their time, and tasks must not wait for them."""

    def __init__(self) -> None:
        super().__init__(name="link-checker", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        while settings.CHECK_LINKS and not self._stopping.wait(ROUND_SECONDS):
            try:
                close_old_connections()
                self.round()
            except DatabaseError as error:
                logger.warning("database away: %s", str(error).strip().splitlines()[:1])
                connection.close()
            except Exception:
                logger.exception("the link checker failed, and goes on")

    def stop(self) -> None:
        """Let it end after the link that it has in hand."""
        self._stopping.set()

    def round(self, guard: Guard | None = None) -> int:
        """Ask each host for its link that waits longest; returns how many were asked.

        It ends where another worker asks one.
        """
        asked = 0
        due = Link.objects.due(own=False).order_by("host", "check_at", "pk").distinct("host")
        for link in due[:HOSTS_IN_A_ROUND]:
            if self._stopping.is_set() or not ask_alone(link, guard):
                break
            asked += 1
        return asked


@transaction.atomic
def ask_alone(link: Link, guard: Guard | None = None) -> bool:
    """Ask one link, if it is due still. False while another worker asks one.

    The lock belongs to the transaction: behind a pooler each one may have another session.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('articles.links'))")
        (is_mine,) = cursor.fetchone()
    if is_mine and Link.objects.filter(pk=link.pk, check_at=link.check_at).exists():
        check(link, guard)
    return bool(is_mine)


def check(link: Link, guard: Guard | None = None) -> None:
    """Ask one link, and note the answer."""
    try:
        answer = ask(link.address, method="HEAD", guard=guard)
        if answer.status in _ASK_AGAIN:
            answer = ask(link.address, most_bytes=FIRST_BYTES, guard=guard)
    except NoAnswer as problem:
        link.fails(problem.why)
        return
    if answer.status < 400:
        link.works()
    elif answer.status in _NOT_FOR_US:
        link.works(str(answer.status))
    else:
        link.fails(str(answer.status))
