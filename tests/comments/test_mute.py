"""Each mail about comments can be ended, for one article or for all."""

import pytest
from django.test import Client

from comments.models import Comment, Notice, Writer
from comments.writers import links
from tests import factories
from tests.clock import after
from tests.comments.mailed import asking, path

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    row = asking(factories.published_article(title="Sleep well"))
    row.approve(by=None)
    return row


@pytest.fixture
def elsewhere(comment):
    return asking(factories.published_article())


def the_writer():
    return Writer.objects.get(email="ann@example.org")


@pytest.fixture
def thread_link(comment):
    return path(links.mute_thread_url(the_writer(), comment.article_id))


@pytest.fixture
def all_link(comment):
    return path(links.mute_all_url(the_writer()))


def wants_mail(comment):
    return Comment.objects.get(pk=comment.pk).wants_mail


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_changes_nothing(client, comment, thread_link, all_link, method):
    for link in (thread_link, all_link):
        assert getattr(client, method)(link).status_code == 200

    assert wants_mail(comment)
    assert the_writer().muted_at is None
    assert Notice.objects.unsent().exists()


def test_button_ends_the_mails_about_one_article(client, comment, elsewhere, thread_link):
    page = client.post(thread_link).text

    assert "The emails have stopped" in page
    assert not wants_mail(comment)
    assert wants_mail(elsewhere)
    assert the_writer().muted_at is None
    assert not Notice.objects.filter(comment=comment).unsent().exists()


def test_button_ends_all_mails(client, comment, elsewhere, all_link):
    client.post(all_link)

    assert the_writer().muted_at
    assert not Notice.objects.unsent().exists()
    assert not Writer.objects.reachable().exists()


def test_mails_can_be_had_again_from_the_same_page(client, comment, thread_link, all_link):
    for link in (thread_link, all_link):
        client.post(link)
        assert "Send me these emails again" in client.get(link).text
        client.post(f"{link}?again")

    assert wants_mail(comment)
    assert Writer.objects.reachable().exists()


def test_withdrawn_comments_stay_silent_when_mails_are_had_again(client, comment, thread_link):
    comment.withdraw()

    client.post(f"{thread_link}?again")

    assert not wants_mail(comment)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        ("no form at all", "multipart/form-data"),
        ("", "text/plain"),
    ],
)
def test_one_click_answers_200_every_time(all_link, body, content_type):
    client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site"})

    answers = [client.post(all_link, body, content_type=content_type) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any(answer.cookies for answer in answers)
    assert the_writer().muted_at


def test_second_click_keeps_the_first_time(client, all_link):
    client.post(all_link)
    muted_at = the_writer().muted_at

    client.post(all_link)

    assert the_writer().muted_at == muted_at


def test_links_are_good_for_ever(client, all_link, thread_link):
    with after(days=3650):
        assert client.post(thread_link).status_code == 200
        assert client.post(all_link).status_code == 200

    assert the_writer().muted_at


def test_links_of_an_erased_writer_are_answered_kindly(client, all_link, thread_link):
    Writer.objects.all().delete()

    for link in (all_link, thread_link):
        assert client.get(link).status_code == 200
        assert client.post(link).status_code == 200


def test_link_for_something_else_ends_nothing(client, comment):
    others = [links.manage_url(comment), links.verify_url(the_writer())]
    tokens = [url.rstrip("/").rpartition("/")[2] for url in others]

    for token in [*tokens, "nonsense", links.mute_all_url(the_writer())[:-4]]:
        assert client.post(f"/comments/mute/{token[-200:]}/").status_code == 404

    assert the_writer().muted_at is None
