"""Who may do what at the moderators' desk."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"
QUEUE = "/admin/comments/queue/"


@pytest.fixture
def comment():
    return factories.comment(factories.published_article(), body="Waiting words")


@pytest.fixture
def somebody(request, client_of):
    """A client of the role that the test names."""
    if request.param == "anonymous":
        return Client()
    if request.param == "reader of the queue":
        person = factories.user("rita", group="Author")
        person.user_permissions.add(Permission.objects.get(codename="view_comment"))
        return client_of(person)
    return client_of(factories.user("somebody", group=request.param))


def paths(comment):
    page = f"{LIST}{comment.pk}"
    return [
        LIST,
        f"{page}/change/",
        f"{page}/history/",
        QUEUE,
        f"{QUEUE}changes/?seen={comment.pk}-0",
    ]


def decisions(comment, verb):
    item = f"{comment.pk}-{comment.version}"
    return [
        (f"{QUEUE}decide/", {"verb": verb, "item": item}),
        (f"{QUEUE}all/", {"verb": verb, "until": timezone.now().timestamp(), "total": 1}),
    ]


def test_moderators_may_read_and_decide_and_nothing_else():
    rights = Group.objects.get(name="Moderator").permissions.values_list("codename", flat=True)

    assert {"view_comment", "moderate_comment", "view_decision"} <= set(rights)
    assert not {"add_comment", "change_comment", "delete_comment"} & set(rights)
    assert not {right for right in rights if right.endswith(("_decision", "_writer", "_report"))} - {
        "view_decision", "view_writer", "view_report"
    }  # fmt: skip


@pytest.mark.parametrize("role", ["Author", "Editor"])
def test_writers_of_articles_have_no_part_in_comments(role):
    rights = Group.objects.get(name=role).permissions

    assert not rights.filter(content_type__app_label="comments").exists()


@pytest.mark.parametrize("somebody", ["anonymous", "Author", "Editor"], indirect=True)
def test_desk_is_closed_to_everybody_else(somebody, comment):
    for path in paths(comment):
        response = somebody.get(path, follow=True)
        assert "Waiting words" not in response.text
        assert response.status_code == 403 or "/admin/login/" in response.redirect_chain[0][0]


@pytest.mark.long
@pytest.mark.parametrize(
    "somebody", ["anonymous", "Author", "Editor", "reader of the queue"], indirect=True
)
@pytest.mark.parametrize("verb", ["approve", "reject", "spam", "undo"])
def test_nobody_without_the_right_decides(somebody, comment, verb):
    answers = [somebody.post(path, data) for path, data in decisions(comment, verb)]
    answers.append(somebody.get(f"{QUEUE}all/"))

    assert Comment.objects.get().status == "pending"
    for answer in answers:
        assert answer.status_code == 403 or answer.url.startswith("/admin/login/")


@pytest.mark.parametrize("somebody", ["Moderator"], indirect=True)
@pytest.mark.parametrize("way", [0, 1])
def test_moderator_decides(somebody, comment, way):
    path, data = decisions(comment, "approve")[way]

    somebody.post(path, data)

    assert Comment.objects.get().status == "approved"


@pytest.mark.parametrize("somebody", ["reader of the queue"], indirect=True)
def test_reader_of_the_queue_is_offered_no_decision(somebody, comment):
    pages = [somebody.get(path, follow=True).text for path in paths(comment)]

    assert all("Waiting words" in page for page in pages)
    assert not any('name="verb"' in page or "decide-" in page for page in pages)


@pytest.mark.parametrize("somebody", ["Moderator"], indirect=True)
def test_moderator_sees_the_desk_and_its_history(somebody, comment):
    for path in paths(comment):
        response = somebody.get(path, follow=True)
        assert response.status_code == 200
        assert "Waiting words" in response.text


@pytest.mark.parametrize("somebody", ["Moderator"], indirect=True)
@pytest.mark.parametrize("path", ["add/", "PK/delete/"])
def test_moderator_neither_adds_nor_deletes(somebody, comment, path):
    address = LIST + path.replace("PK", str(comment.pk))

    assert somebody.get(address).status_code == 403
    assert somebody.post(address, {"post": "yes"}).status_code == 403
    assert Comment.objects.exists()


def test_decision_needs_the_csrf_token(moderator, comment):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")

    answers = [strict.post(path, data) for path, data in decisions(comment, "approve")]

    assert {answer.status_code for answer in answers} == {403}
    assert Comment.objects.get().status == "pending"
