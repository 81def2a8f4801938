"""Several workers at once, each with a connection of its own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import ModeratorMail
from comments.tasks import send_moderators_mail
from tests import factories
from tests.clock import after
from tests.comments.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8


@pytest.mark.long
def test_of_many_workers_one_mails_a_digest(mailoutbox):
    moderator = factories.user("mo", group="Moderator")
    ModeratorMail.of(moderator).choose("at_once")
    factories.comment(factories.published_article())

    with after(minutes=1):
        at_once(*[send_moderators_mail.call] * WORKERS)

    assert len(mailoutbox) == 1


@pytest.mark.long
def test_of_many_workers_one_raises_the_alarm(mailoutbox):
    for name in ("mo", "max"):
        factories.user(name, group="Moderator")
    long_ago = timezone.now() - timedelta(days=3)
    factories.comment(factories.published_article(), created_at=long_ago)

    at_once(*[send_moderators_mail.call] * WORKERS)
    at_once(*[send_moderators_mail.call] * WORKERS)

    assert sorted(message.to[0] for message in mailoutbox) == ["max@example.org", "mo@example.org"]
