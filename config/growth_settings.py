"""Settings of an installation that outgrows one machine: media, the queue of tasks, the CDN.

docs/scaling.md explains them. Nothing is lost with a queue: what must survive is a row, and the
periodic part of `manage.py worker` looks for what is due whichever backend is set.
"""

from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.environment import read_choice, read_key
from config.environment_urls import CDNS, read_purge_url

BACKENDS = {
    "database": "django_tasks_db.DatabaseBackend",
    "rq": "django_tasks_rq.RQBackend",
    "celery": "django_tasks_celery.CeleryBackend",
}
# A request that enqueues waits no longer for a Redis that does not answer.
_CONNECT_SECONDS = 2
_TASK_SECONDS = 900  # a mail server may take ten minutes for its answer


def task_backend(backend: str, redis: str) -> dict[str, Any]:
    """An entry of Django's TASKS. Raises ImproperlyConfigured without the package or Redis."""
    path = BACKENDS[backend]
    package = path.partition(".")[0]
    if backend != "database" and not redis:
        raise ImproperlyConfigured(
            f"REDIS_URL is not set: TASKS_BACKEND={backend} needs redis://host:6379/0."
        )
    if find_spec(package) is None:
        raise ImproperlyConfigured(
            f"TASKS_BACKEND: {package} is not installed: docs/scaling.md says what to install."
        )
    options = {"CELERY_APP": "config.celery_app.app"} if backend == "celery" else {}
    return {"BACKEND": path, "OPTIONS": options}


def rq_queue(redis: str) -> dict[str, Any]:
    """The queue of RQ_QUEUES that all tasks go to."""
    patience = f"{'&' if '?' in redis else '?'}socket_connect_timeout={_CONNECT_SECONDS}"
    return {"URL": f"{redis}{patience}", "DEFAULT_TIMEOUT": _TASK_SECONDS}


def celery_settings(redis: str) -> dict[str, Any]:
    """Celery's own configuration. Results are not kept: rows say what became of a task."""
    options = {"socket_connect_timeout": _CONNECT_SECONDS, "socket_timeout": 30}
    # Of a web process: what cannot be handed over is found by the periodic part.
    options |= {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    return {
        "broker_url": redis,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": options,
        "task_ignore_result": True,
        "task_publish_retry": False,
        "task_time_limit": _TASK_SECONDS,
        "worker_hijack_root_logger": False,
    }


def media_storage(s3: dict[str, Any] | None) -> dict[str, Any]:
    """The default entry of Django's STORAGES: a bucket, or the disk."""
    if s3:
        return {"BACKEND": "config.web.files.s3_storage.S3MediaStorage", "OPTIONS": s3}
    return {"BACKEND": "config.web.files.media_storage.WholeFileStorage"}


def read_cdn_purge(seconds: int) -> tuple[str, str, str]:
    """Kind, address and key of the CDN that is told of changes; "" where none is."""
    kind = read_choice("CDN_PURGE_KIND", "", {"", *CDNS})
    url, key = read_purge_url("CDN_PURGE_URL", kind), read_key("CDN_PURGE_KEY")
    if kind and not (key and seconds):
        raise ImproperlyConfigured("CDN_PURGE_KIND: set CDN_PURGE_KEY and CDN_SECONDS, too.")
    return kind, url, key
