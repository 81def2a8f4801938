"""/live, /ready and /metrics, for the programs that watch processes (docs/watching.md)."""

from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from config.watching.metrics import metrics_text
from config.web.requests.client_address import is_loopback

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def answer_probe(request: HttpRequest) -> HttpResponse:
    """The answer at one of PROBES, without a cookie, which nobody may keep."""
    answer = PROBES[request.path_info]
    if answer is metrics and not may_read_metrics(request):
        response = _plain("There is nothing here.\n", 404)
    elif request.method in {"GET", "HEAD"}:
        response = answer()
    else:
        response = HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response.headers["Cache-Control"] = "no-store"
    # Django's own mark. A process that is not ready says so every few seconds.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def live() -> HttpResponse:
    """This process answers, whatever the database does: a restart would not help it."""
    return _plain("ok\n")


def ready() -> HttpResponse:
    """503 with the reason while readers should be sent to another process."""
    problem = unready()
    return _plain(f"{problem or 'ok'}\n", 503 if problem else 200)


def metrics() -> HttpResponse:
    try:
        return HttpResponse(metrics_text(), content_type=METRICS_TYPE)
    except DatabaseError:
        return _plain("the database does not answer\n", 503)


PROBES = {"/live": live, "/ready": ready, "/metrics": metrics}


def may_read_metrics(request: HttpRequest) -> bool:
    """By METRICS_TOKEN, or from this computer without a proxy. Others get 404."""
    given = request.headers.get("Authorization", "").encode()
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(given, f"Bearer {token}".encode()):
        return True
    return is_loopback(request)


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


def unready() -> str:
    """Why this process cannot serve readers now; empty when it can."""
    try:
        pending = _migrations() - MigrationRecorder(connection).applied_migrations().keys()
    except DatabaseError:
        return "the database does not answer"
    return f"{len(pending)} migrations are pending: run manage.py migrate" if pending else ""


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Those of the code that runs here."""
    return frozenset(MigrationLoader(None).graph.nodes)
