"""Fixtures of the mails about comments."""

import pytest

from comments import tasks


@pytest.fixture
def later(clock):
    """Some time passes, and the worker looks for due mail."""

    def pass_by(**time):
        clock.shift(**(time or {"minutes": 2}))
        tasks.send_writers_mail.call()

    return pass_by
