"""Fixtures of the mails about comments."""

import pytest

from comments import tasks
from comments.models import ModeratorMail


@pytest.fixture
def later(clock):
    """Some time passes, and the worker looks for due mail."""

    def pass_by(**time):
        clock.shift(**(time or {"minutes": 2}))
        tasks.send_writers_mail.call()

    return pass_by


@pytest.fixture
def at_once(moderator):
    """A moderator who wants a mail about each comment soon."""
    ModeratorMail.of(moderator).choose("at_once")
    return moderator
