"""The owner of an address forbids all mail to it, for ever or until the same page takes it back."""

from urllib.parse import urlsplit

import pytest

from newsletter import links, privacy
from newsletter.models import Subscriber, Suppression
from newsletter.sending.claims import claim
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"


@pytest.fixture
def reader():
    return factories.subscriber(email=ADDRESS)


def path(url):
    return urlsplit(url).path


@pytest.fixture
def never(reader):
    return path(links.never_url(reader))


def is_suppressed():
    return Suppression.objects.of([ADDRESS]).filter(reason="asked").exists()


def test_opening_the_page_changes_nothing(client, reader, never):
    page = client.get(never)

    assert page.status_code == 200
    assert "Never email me again" in page.text
    assert not is_suppressed()
    assert Subscriber.objects.get().is_confirmed


def test_address_is_suppressed_by_the_button_also_after_its_erasure(
    client, never, sign_up, mailoutbox
):
    answers = [client.post(never) for _time in range(2)]
    privacy.erase(ADDRESS)

    known, other = sign_up(ADDRESS.upper()), sign_up("other@example.org")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "We will never email you again" in answers[1].text
    assert (known.status_code, known.url) == (other.status_code, other.url)
    assert [mail.to for mail in mailoutbox] == [["other@example.org"]]


def test_same_page_takes_it_back_but_subscribes_nobody(client, never, sign_up, mailoutbox):
    client.post(never)
    page = client.post(f"{never}?again")

    sign_up(ADDRESS)

    assert "Never email me again" in page.text
    assert not is_suppressed()
    assert Subscriber.objects.get().status == "pending"
    assert len(mailoutbox) == 1


def test_complaint_is_not_taken_back(client, reader, never):
    reader.suppress("complained")

    for address in (never, f"{never}?again"):
        assert "Allow emails again" not in client.post(address).text

    assert Suppression.objects.get().reason == "complained"
    assert Subscriber.objects.get().status == "complained"


def test_page_of_the_first_mail_forbids_all_mail(client, confirm_link, sign_up, mailoutbox):
    page = client.get(confirm_link).text
    never = path(links.never_url(Subscriber.objects.get()))

    client.post(never)
    sign_up(ADDRESS)

    assert 'method="post" action="' in page
    assert "/newsletter/never/" in page
    assert client.get(confirm_link).status_code == 410
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("make", [links.preferences_url, links.unsubscribe_url])
def test_other_pages_lead_there(client, reader, make):
    assert "/newsletter/never/" in client.get(path(make(reader))).text


def test_link_of_an_erased_subscriber_is_answered_kindly(client, reader, never):
    reader.delete()

    assert client.post(never).status_code == 200
    assert not is_suppressed()


def test_forged_link_opens_nothing(client, reader):
    assert client.post("/newsletter/never/forged/").status_code == 404
    assert not is_suppressed()


def test_who_forbade_mail_gets_no_issue_that_is_waiting(client, reader, never):
    issue = factories.started_issue()

    client.post(never)

    assert claim(issue, 10, issue.key) == []
    assert issue.deliveries.get().status == "left"
