"""Links to other sites are asked whether they still answer, slowly and politely.

A round asks each host once, one after the other, and each link with a HEAD; only where a site does
not answer that, the first bytes of the page are asked for. All workers together make one round
at a time. What a site answers counts, not whether it lets programs in: robots.txt forbids gathering
pages, and one request in a month for a page that readers are sent to gathers nothing.
"""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

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
_LOCK = "SELECT pg_try_advisory_lock(hashtext('articles.links'))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('articles.links'))"


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

        It does nothing while another worker makes a round.
        """
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
            (is_mine,) = cursor.fetchone()
            if not is_mine:
                return 0
            try:
                return self._ask_each_host(guard)
            finally:
                cursor.execute(_UNLOCK)

    def _ask_each_host(self, guard: Guard | None) -> int:
        due = Link.objects.due(own=False).order_by("host", "check_at", "pk").distinct("host")
        asked = 0
        for link in due[:HOSTS_IN_A_ROUND]:
            if self._stopping.is_set():
                break
            check(link, guard)
            asked += 1
        return asked


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
