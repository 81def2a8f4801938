"""Everything of one address is handed over or erased by those who have the right."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from comments.models import Comment, Writer
from tests import factories
from tests.markup import links_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.comment(
        factories.published_article(), name="Ann", email="ann@example.org", body="Private words"
    )


@pytest.fixture
def admin_client(client_of):
    return client_of(factories.user("root", is_superuser=True, group="Moderator"))


def address_of(comment, name="data/"):
    return f"/admin/comments/writer/{Writer.objects.get(email=comment.email).pk}/{name}"


def test_everything_is_exported_as_json(admin_client, comment):
    response = admin_client.get(address_of(comment, "data.json"))

    assert json.loads(response.content)["comments"][0]["text"] == "Private words"
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_everything_is_erased_after_its_address_is_typed(admin_client, comment):
    reply = factories.approved_comment(comment.article, parent=comment)

    response = admin_client.post(address_of(comment), {"address": "ANN@example.org"}, follow=True)

    comment.refresh_from_db()
    assert "is erased" in response.text
    assert (comment.name, comment.email, comment.body) == ("", "", "")
    assert Comment.objects.filter(pk=reply.pk).exists()
    assert not Writer.objects.filter(email="ann@example.org").exists()


@pytest.mark.parametrize("typed", ["", "bo@example.org", "ann", "\x00"])
def test_wrong_address_erases_nothing(admin_client, comment, typed):
    response = admin_client.post(address_of(comment), {"address": typed})

    assert response.status_code == 422
    assert Comment.objects.get().body == "Private words"


def test_opening_the_page_erases_nothing(admin_client, comment):
    page = admin_client.get(address_of(comment)).text

    assert "ann@example.org" in page
    assert Comment.objects.get().body == "Private words"


@pytest.mark.parametrize("role", ["anonymous", "author", "editor", "moderator"])
def test_moderators_and_others_have_no_such_right(request, client_of, comment, role):
    client = Client() if role == "anonymous" else client_of(request.getfixturevalue(role))

    responses = [
        client.get(address_of(comment)),
        client.get(address_of(comment, "data.json")),
        client.post(address_of(comment), {"address": "ann@example.org"}),
    ]

    assert {response.status_code for response in responses} <= {302, 403}
    assert Comment.objects.get().body == "Private words"


def test_comments_page_leads_there_for_those_who_have_the_right(
    client_of, moderator, admin_client, comment
):
    page = f"/admin/comments/comment/{comment.pk}/change/"

    assert address_of(comment) in links_of(admin_client.get(page).text)
    assert address_of(comment) not in links_of(client_of(moderator).get(page).text)


def test_the_right_can_be_given(client_of, moderator, comment):
    moderator.user_permissions.add(Permission.objects.get(codename="delete_writer"))

    assert client_of(moderator).get(address_of(comment)).status_code == 200


def test_nobody_is_not_found(admin_client):
    assert admin_client.get("/admin/comments/writer/999999/data/").status_code == 404
