"""Minutes go by, and the periodic task looks for mail to moderators."""

from datetime import timedelta

from comments.tasks import send_moderators_mail
from tests import factories

MINUTE = timedelta(minutes=1)


def sweep_for(clock, minutes):
    """The periodic task, once a minute."""
    for _ in range(minutes):
        clock.shift(MINUTE)
        send_moderators_mail.call()


def comment_after(clock, article, **fields):
    clock.shift(MINUTE)
    return factories.comment(article, **fields)
