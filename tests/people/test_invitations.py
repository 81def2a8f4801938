"""An invitation: one mail, one link, and login, role and author page are there."""

import threading
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Author
from config.people import links
from config.people.models import Invitation
from config.people.roles import roles_of
from config.web.audit import AuditEntry
from config.web.requests.signed_links import make_token
from tests import factories
from tests.clock import after
from tests.people.conftest import GOOD_PASSWORD, passwords

pytestmark = pytest.mark.django_db
ADD = "/admin/people/invitation/add/"
LIST = "/admin/people/invitation/"


def invite(client, role="Author", email="ana@example.org", **more):
    data = {"name": "Ana Ní Bheag", "email": email, "role": role, "author": "", **more}
    return client.post(ADD, data)


@pytest.fixture
def desk(client_of, editor, django_capture_on_commit_callbacks):
    """The client of an editor, whose posts are followed by the mail that they owe."""
    client = client_of(editor)
    usual = client.post

    def post(*args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return usual(*args, **kwargs)

    client.post = post
    return client


def test_author_joins_with_one_link(desk, link, client):
    invite(desk)
    page = client.get(link())
    answer = client.post(link(), passwords())

    person = User.objects.get(username="ana@example.org")
    assert "Hello Ana Ní Bheag" in page.text
    assert (answer.status_code, answer["Location"]) == (303, "/admin/")
    assert "Welcome. You can now log in as ana@example.org" in client.get("/admin/").text
    assert (person.first_name, person.last_name) == ("Ana", "Ní Bheag")
    assert person.check_password(GOOD_PASSWORD)
    assert person.is_staff
    assert [role.value for role in roles_of(person)] == ["Author"]
    assert person.author.name == "Ana Ní Bheag"


def test_author_page_that_is_there_is_linked(desk, link, client):
    known = factories.author(name="Ana of old")

    invite(desk, author=known.pk)
    client.post(link(), passwords())

    assert User.objects.get(username="ana@example.org").author == known
    assert Author.objects.count() == 1


def test_moderator_gets_no_author_page(desk, link, client):
    invite(desk, role="Moderator")
    client.post(link(), passwords())

    assert not Author.objects.exists()


def test_administrator_is_one_only_by_an_administrator(desk, client_of, boss):
    refused = invite(desk, role="Administrator")
    assert not Invitation.objects.exists()
    assert "Administrator" not in desk.get(ADD).text
    assert refused.status_code == 200

    invite(client_of(boss), role="Administrator")

    assert Invitation.objects.get().role == "Administrator"


@pytest.mark.parametrize("group", ["Author", "Moderator"])
def test_others_cannot_invite(client_of, group):
    somebody = client_of(factories.user("somebody", group=group))

    assert invite(somebody).status_code == 403
    assert somebody.get(LIST).status_code == 403
    assert not Invitation.objects.exists()


def test_strangers_are_sent_to_the_log_in(client):
    assert invite(client)["Location"].startswith("/admin/login/")


def test_weak_password_keeps_the_invitation(desk, link, client):
    invite(desk)

    answer = client.post(link(), passwords("12345"))

    assert answer.status_code == 422
    assert "too short" in answer.text
    assert Invitation.objects.pending().exists()
    assert client.post(link(), passwords()).status_code == 303


@pytest.mark.parametrize("why", ["used", "revoked", "sent again", "too old", "address taken"])
def test_link_that_was_good_once_says_what_to_do(desk, link, client, why):
    invite(desk)
    path, invitation = link(), Invitation.objects.get()
    match why:
        case "used":
            client.post(path, passwords())
        case "revoked":
            desk.post(f"{LIST}{invitation.pk}/revoke/")
        case "sent again":
            desk.post(f"{LIST}{invitation.pk}/send/")
        case "address taken":
            User.objects.create_user("ana@example.org")
    people = User.objects.count()

    with after(days=8 if why == "too old" else 0):
        answer = client.post(path, passwords())

    assert answer.status_code == 410
    assert "ask the person who invited you" in answer.text
    assert User.objects.count() == people


@pytest.mark.parametrize("change", ["altered", "guessed", "other purpose"])
def test_link_that_was_never_good(desk, link, client, change):
    invite(desk)
    bad = {
        "altered": link()[:-3] + "xx/",
        "guessed": "/admin/invitation/1:abc:def/",
        "other purpose": f"/admin/invitation/{make_token('confirm', [1, 'x'])}/",
    }

    answer = client.post(bad[change], passwords())

    assert answer.status_code == 404
    assert "Nothing was" in answer.text


def test_looking_at_the_link_changes_nothing(desk, link, client):
    invite(desk)

    page = client.get(link())

    assert not User.objects.filter(username="ana@example.org").exists()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_sent_again_works_by_the_newest_mail(desk, link, client):
    invite(desk)

    with after(days=8):
        desk.post(f"{LIST}{Invitation.objects.get().pk}/send/")
        answer = client.post(link(), passwords())

    assert len(mail.outbox) == 2
    assert answer.status_code == 303


@pytest.mark.parametrize("step", ["send", "revoke"])
def test_editor_touches_no_invitation_of_a_higher_role(desk, client_of, boss, step):
    invite(client_of(boss), role="Administrator")
    invitation = Invitation.objects.get()

    answer = desk.post(f"{LIST}{invitation.pk}/{step}/")

    assert answer.status_code == 403
    assert Invitation.objects.get().state == "waiting"
    assert f"{invitation.pk}/{step}/" not in desk.get(LIST).text


@pytest.mark.parametrize("email", ["ana@example.org", "ANA@EXAMPLE.ORG"])
def test_one_address_is_invited_once(desk, email):
    invite(desk)

    answer = invite(desk, email=email)

    assert "has already been invited" in answer.text
    assert Invitation.objects.count() == 1


def test_somebody_with_a_login_is_not_invited(desk, author):
    answer = invite(desk, email="Arthur@example.org")

    assert "already an account with this address" in answer.text
    assert 'value="Ana Ní Bheag"' in answer.text


def test_two_clicks_at_once_make_one_account(transactional_db):
    path = urlsplit(links.invitation_url(pending())).path
    together, answers = threading.Barrier(4, timeout=60), []

    def accept():
        client = Client()
        together.wait()
        answers.append(client.post(path, passwords()).status_code)
        connection.close()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303, 410, 410, 410]
    assert Author.objects.count() == User.objects.count() == 1


def pending():
    return Invitation.objects.create(name="Ana", email="ana@example.org", role="Author")


def test_list_says_what_became_of_each_and_stays_quick(desk, django_assert_num_queries):
    invite(desk, email="first@example.org")
    desk.get(LIST)  # shows the messages, too
    with CaptureQueriesContext(connection) as of_one:
        desk.get(LIST)
    before = len(of_one)
    for number in range(2):
        invite(desk, email=f"person{number}@example.org")
    newest, _second, oldest = Invitation.objects.all()
    oldest.revoke()

    desk.get(LIST)
    with django_assert_num_queries(before):
        page = desk.get(LIST)

    assert page.text.count("Send again") == 2
    assert "revoked" in page.text
    assert f"{LIST}{newest.pk}/send/" in page.text


def test_audit_log_tells_of_it(desk, link, client):
    invite(desk)
    client.post(link(), passwords())

    acts = set(AuditEntry.objects.values_list("action", flat=True))

    assert {"invited", "joined", "roles_changed"} <= acts
    assert not AuditEntry.objects.filter(detail__contains=GOOD_PASSWORD).exists()
