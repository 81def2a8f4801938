"""Fixtures of the mails about comments."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from comments import tasks

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock):
    """Some time passes, and the worker looks for due mail."""

    def pass_by(**time):
        clock.shift(timedelta(**(time or {"minutes": 2})))
        tasks.send_writers_mail.call()

    return pass_by
