from datetime import timedelta

import pytest
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from config.management.commands.worker import queue_worker
from config.web.models import RateLimit
from config.web.requests.throttle import Limit
from config.web.tasks import prune_rate_limits, prune_task_results
from tests.clock import after


@task()
def nothing() -> None:
    pass


def test_ended_windows_of_rate_limits_are_forgotten(db):
    Limit("test", 5, timedelta(hours=1)).allows("somebody")

    with after(days=3):
        prune_rate_limits.call()

    assert not RateLimit.objects.exists()


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_ended_tasks_are_forgotten_after_a_week(settings, transactional_db, days, left):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    nothing.enqueue()
    queue_worker().run()

    with after(days=days):
        prune_task_results.call()

    assert DBTaskResult.objects.count() == left
