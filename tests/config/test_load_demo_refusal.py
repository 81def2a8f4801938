"""The demonstration never mixes with somebody's own publication."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, Author
from newsletter.models import Subscriber
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def a_subscriber() -> Subscriber:
    return Subscriber.objects.create(
        email="reader@example.com", requested_at=timezone.now(), consent_wording="Yes, please."
    )


def an_edited_page() -> LogEntry:
    """Somebody wrote an About page of their own and nothing else yet."""
    return LogEntry.objects.create(
        user=factories.user("somebody"), action_flag=CHANGE, object_repr="About"
    )


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (factories.draft, "articles: 1"),
        (factories.author, "authors: 1"),
        (factories.topic, "topics: 1"),
        (a_subscriber, "subscribers: 1"),
        (lambda: factories.comment(factories.published_article()), "comments: 1"),
        (lambda: factories.user("editor"), "names: 1"),
        (an_edited_page, "log entries: 1"),
    ],
)
def test_load_is_refused_in_one_line_where_there_is_real_content(make, named):
    make()

    with pytest.raises(CommandError) as refusal:
        call_command("load_demo")

    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_refused_load_leaves_nothing_behind(tmp_path):
    factories.draft()

    with pytest.raises(CommandError):
        call_command("load_demo")

    assert Article.objects.count() == 1
    assert not Author.objects.exists()
    assert not User.objects.exists()
    assert not (tmp_path / "demo-logins.json").exists()
