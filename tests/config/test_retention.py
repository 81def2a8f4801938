"""What docs/privacy.md promises to delete is what the code deletes."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.web.tasks import prune_sessions
from tests.clock import after

ROW = re.compile(r"^\| [^|]+ \| (\d+) days? \| `([\w.]+)` \|$", re.M)
PAGE = (settings.BASE_DIR / "docs/privacy.md").read_text()
# Tasks that delete, and have no time of their own or one that a module beside them says.
WITHOUT_A_TIME = {
    "articles.tasks.forget_links",
    "comments.spam.tasks.forget_ended_restrictions",
    "config.web.tasks.prune_files",
}


def value_of(dotted):
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise AssertionError(dotted)


def days_of(dotted):
    value = value_of(dotted)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return value if dotted.endswith("_DAYS") else value / (24 * 3600)


@pytest.mark.parametrize(("days", "dotted"), ROW.findall(PAGE), ids=lambda value: value)
def test_page_and_code_agree(days, dotted):
    assert days_of(dotted) == int(days)


def test_each_task_that_deletes_is_told():
    """By the module that has the task, or the models beside it."""
    told = {dotted.rpartition(".")[0].split(".models")[0].removesuffix(".tasks") for _days, dotted in ROW.findall(PAGE)}  # fmt: skip
    # A setting begins with the name of its app.
    told |= {dotted.rpartition(".")[2].partition("_")[0].lower() for _days, dotted in ROW.findall(PAGE)}  # fmt: skip
    deleting = {
        path
        for path in settings.PERIODIC_TASKS
        if path.rpartition(".")[2].startswith(("forget_", "prune_"))
    }

    assert deleting > WITHOUT_A_TIME
    assert {
        path for path in deleting - WITHOUT_A_TIME if path.split(".tasks")[0] not in told
    } == set()


@pytest.mark.django_db
def test_ended_sessions_are_deleted(client_of, editor):
    client_of(editor)
    prune_sessions.call()
    assert Session.objects.filter(expire_date__gt=timezone.now()).count() == 1

    with after(days=15):
        prune_sessions.call()

    assert Session.objects.count() == 0
