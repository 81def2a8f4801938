"""Issues in the admin: who may write them, and who may send them."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from newsletter.models import Block, Issue
from tests import factories

LIST = "/admin/newsletter/issue/"
NO_BLOCKS = {"blocks-TOTAL_FORMS": "0", "blocks-INITIAL_FORMS": "0"}


@pytest.fixture
def writer(db):
    """Somebody who may write issues and not send them."""
    user = factories.user("wes", is_superuser=False)
    user.is_staff = True
    user.save()
    names = ("view_issue", "add_issue", "change_issue", "view_block", "add_block", "change_block")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def form(**more):
    return {"subject": "The week", "intro": "Hello", **NO_BLOCKS, **more}


def page_of(issue):
    return f"{LIST}{issue.pk}/change/"


@pytest.mark.django_db
def test_strangers_are_sent_to_the_login(client):
    issue = factories.issue()

    for url in (LIST, f"{LIST}add/", page_of(issue)):
        assert client.get(url).status_code == 302
    assert client.post(f"{LIST}{issue.pk}/step/", {"_step": "cancel"}).status_code == 302


@pytest.mark.parametrize("who", ["author", "moderator"])
def test_people_with_other_tasks_see_no_issue(client_of, who, request):
    client = client_of(request.getfixturevalue(who))

    for url in (LIST, f"{LIST}add/", page_of(factories.issue())):
        assert client.get(url).status_code == 403


def test_editor_writes_and_schedules_an_issue(client_of, editor):
    article = factories.published_article()
    block = {"blocks-0-position": "1", "blocks-0-kind": "article", "blocks-0-article": article.pk}
    data = form(_step="send_now") | block | {"blocks-TOTAL_FORMS": "1"}

    answer = client_of(editor).post(f"{LIST}add/", data)

    issue = Issue.objects.get()
    assert answer.status_code == 302
    assert answer.url == page_of(issue)
    assert issue.status == "scheduled"
    assert issue.send_at <= timezone.now()
    assert issue.created_by == issue.steps.get().by == editor
    assert Block.objects.get().article == article


def test_schedule_needs_a_time_and_keeps_the_text(client_of, editor):
    page = client_of(editor).post(f"{LIST}add/", form(_step="schedule"))

    assert page.status_code == 200
    assert "Enter the day and time to send it." in page.text
    assert "Hello" in page.text
    assert not Issue.objects.exists()


def test_block_without_what_its_kind_needs_gets_a_message(client_of, editor):
    block = {"blocks-0-position": "1", "blocks-0-kind": "button", "blocks-0-text": "Read"}

    page = client_of(editor).post(f"{LIST}add/", form(**block) | {"blocks-TOTAL_FORMS": "1"})

    assert "Enter the address that the button leads to." in page.text


def test_writer_without_the_permission_sends_nothing(client_of, writer):
    issue = factories.issue()
    client = client_of(writer)

    assert "Send now" not in client.get(page_of(issue)).text
    assert client.post(page_of(issue), form(_step="send_now")).status_code == 403
    assert client.post(f"{LIST}{issue.pk}/step/", {"_step": "send_now"}).status_code == 403
    issue.refresh_from_db()
    assert issue.status == "draft"


@pytest.mark.parametrize(
    ("step", "status"), [("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")]
)
def test_issue_that_is_being_sent_has_its_buttons(client_of, editor, step, status):
    issue = factories.started_issue()
    if step == "resume":
        issue.pause(by=editor)
    client = client_of(editor)
    page = client.get(page_of(issue)).text

    client.post(f"{LIST}{issue.pk}/step/", {"_step": step})

    issue.refresh_from_db()
    assert f'value="{step}"' in page
    assert issue.status == status
    assert client.post(page_of(issue), form()).status_code == (403)


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("paused", {"resume", "cancel"}),
        ("late", {"send_now", "schedule", "take_back", "cancel"}),
    ],
)
def test_issue_that_waits_for_an_editor_says_why_and_what_may_follow(
    client_of, editor, status, buttons
):
    if status == "paused":
        issue = factories.started_issue()
        issue.pause_by_itself("The mail server said no.")
    else:
        issue = factories.issue(status="scheduled", send_at=timezone.now())
        issue.be_late()

    page = client_of(editor).get(page_of(issue)).text

    assert issue.note
    assert issue.note in page
    assert set(re.findall(r'name="_step"\s+value="(\w+)"', page)) == buttons


def test_step_that_somebody_else_has_done_gets_a_message(client_of, editor):
    issue = factories.started_issue()
    issue.cancel(by=None)

    page = client_of(editor).post(f"{LIST}{issue.pk}/step/", {"_step": "pause"}, follow=True)

    assert "has the status “Cancelled”" in page.text


def test_started_issue_is_not_deleted(client_of, editor):
    issue = factories.started_issue()

    client_of(editor).post(f"{LIST}{issue.pk}/delete/", {"post": "yes"})

    assert type(issue).objects.filter(pk=issue.pk).exists()


def test_list_takes_the_same_queries_for_one_and_for_many(
    client_of, editor, django_assert_num_queries
):
    client = client_of(editor)
    for _number in range(12):
        factories.issue()

    with django_assert_num_queries(6):
        assert client.get(LIST).status_code == 200
