"""Trust is for the owner of an address, not for whoever types it."""

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, Writer
from comments.writers import links
from tests import factories
from tests.comments.sending import send

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def article():
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"trust_after": 1})
    article = factories.published_article(title="Sleep well")
    factories.approved_comment(article, email=ANN)
    return article


def confirm(client):
    return client.post(links.verify_url(Writer.objects.get(email=ANN)))


def test_browser_that_confirmed_the_address_is_trusted_with_it(client, article):
    confirm(client)

    send(client, article, email=ANN, body="Mine.")

    assert Comment.objects.get(body="Mine.").status == "approved"


def test_other_browser_waits_with_the_same_address(client, article):
    confirm(Client())

    send(client, article, email=ANN, body="Not mine.")

    assert Comment.objects.get(body="Not mine.").status == "pending"


def test_own_address_lends_no_trust_to_another(client, article):
    confirm(client)
    factories.approved_comment(article, email="ben@example.org")
    Writer.objects.filter(email="ben@example.org").update(verified_at=timezone.now())

    send(client, article, email="ben@example.org", body="Not mine.")

    assert Comment.objects.get(body="Not mine.").status == "pending"


@pytest.mark.parametrize("forged", ["", "ann@example.org", "x:y:z"])
def test_forged_cookie_is_no_proof(client, article, forged):
    confirm(Client())
    client.cookies["colophon_writer"] = forged

    send(client, article, email=ANN, body="Not mine.")

    assert Comment.objects.get(body="Not mine.").status == "pending"


def test_opening_the_link_alone_proves_nothing(client, article):
    response = client.get(links.verify_url(Writer.objects.get(email=ANN)))

    assert "colophon_writer" not in response.cookies
