"""What a web process counts, and the thread that writes it to the database in batches.

All processes of all machines add to the same rows (MetricCount), so whichever is asked for
/metrics has the sum of all. A process that is killed loses BATCH_SECONDS at most.
"""

import atexit
import logging
import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponseBase

from config.watching.probes import PROBES, answer_probe
from config.web.watching.rows import Heartbeat, add_counts, process_name

BATCH_SECONDS = 10.0
# Upper bounds of durations, in seconds.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUND_LABELS = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}

logger = logging.getLogger("colophon.watching")


class Counters:
    """Counts of one process since the last batch. Threads may share it; a fork begins anew."""

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, labels: str = "", amount: float = 1) -> None:
        with self._lock:
            self._counts[name, labels] += amount  # type: ignore[assignment]

    def request(self, view: str, method: str, status: int, seconds: float) -> None:
        """One answer of a view: how many of which status, and how long they took."""
        method = method if method in _METHODS else "other"
        bound = _BOUND_LABELS[bisect_left(BOUNDS, seconds)]
        with self._lock:
            counts: Any = self._counts
            labels = f'view="{view}",method="{method}",status="{status}"'
            counts["colophon_requests_total", labels] += 1
            counts["colophon_request_seconds_bucket", f'view="{view}",le="{bound}"'] += 1
            counts["colophon_request_seconds_sum", f'view="{view}"'] += seconds

    def take(self) -> dict[tuple[str, str], float]:
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return dict(taken)

    def give_back(self, counts: dict[tuple[str, str], float]) -> None:
        """What could not be written waits for the next batch. Its keys are few: names of views."""
        with self._lock:
            self._counts.update(counts)


counters = Counters()


class Pulse:
    """The thread of a web process that writes its counts and says that it lives.

    `totals` are numbers that grow elsewhere in the process, by name; `figures` are those of now.
    `look` is called every LOOK_SECONDS: the worker's own silence is noticed here.
    """

    LOOK_SECONDS = 30.0

    def __init__(
        self,
        *,
        totals: Callable[[], dict[str, float]],
        figures: Callable[[], dict[str, Any]],
        look: Callable[[], None],
    ) -> None:
        self._totals, self._figures, self._look = totals, figures, look
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._written: dict[str, float] = {}
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Start the thread, once in a process: the first request does it, after any fork."""
        if self._thread is not None:
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
                self._thread.start()
                atexit.register(self.stop)

    def write(self) -> None:
        """Write one batch. What the database does not take waits for the next one."""
        with self._writing:
            totals = self._totals()
            for name, value in totals.items():
                if grown := value - self._written.get(name, 0):
                    counters.add(name, amount=grown)
            self._written = totals
            batch = counters.take()
            try:
                if batch:
                    add_counts(batch)
                Heartbeat.beat("web", **self._figures())
            except DatabaseError as error:
                counters.give_back(batch)
                logger.warning("counts wait to be written: %s", str(error).strip())

    def stop(self) -> None:
        """Write what is left. A process that ends in order is no silent one."""
        try:
            self.write()
            Heartbeat.objects.filter(kind="web", name=process_name()).delete()
        except DatabaseError:
            pass
        finally:
            connections.close_all()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(BATCH_SECONDS):
            try:
                self.write()
                if time.monotonic() - self._looked_at >= self.LOOK_SECONDS:
                    self._looked_at = time.monotonic()
                    self._look()
            except DatabaseError as error:
                logger.warning("the look waits: %s", str(error).strip())
            except Exception:
                logger.exception("a look at the site failed")
            finally:
                connections.close_all()  # this thread's own


_pulse: Pulse | None = None


def watch_with(pulse: Pulse) -> None:
    """Let the middleware start this pulse at the first request."""
    global _pulse
    _pulse = pulse


class WatchingMiddleware:
    """Counts answers by the name of their view, and answers probes itself (probes.py).

    It stands before the host is checked and before https is asked for: a probe asks by address and
    over http. Kept pages do not come here; the page cache counts them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _pulse is not None:
            _pulse.start()
        began = time.perf_counter()
        is_probe = request.path_info in PROBES
        response = answer_probe(request) if is_probe else self.get_response(request)
        match = request.resolver_match
        view = (match.view_name if match else "") or "none"
        seconds = time.perf_counter() - began
        counters.request(view, request.method or "", response.status_code, seconds)
        return response
