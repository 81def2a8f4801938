import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from newsletter.models import Subscriber
from tests import factories

LIST = "/admin/newsletter/subscriber/"


@pytest.fixture
def person(db):
    """Somebody with these permissions on subscribers: `person("view", "export")`."""

    def with_permissions(*names):
        user = factories.user("sub")
        user.is_staff = True
        user.save()
        codes = [f"{name}_subscriber" for name in names]
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        return user

    return with_permissions


@pytest.fixture
def subscriber(db):
    return factories.subscriber(email="reader@example.org", consent_page="/articles/sleep/")


def urls_of(subscriber):
    change = f"{LIST}{subscriber.pk}/"
    return [LIST, f"{LIST}export/", f"{change}change/", f"{change}history/", f"{change}delete/"]


def test_strangers_are_sent_to_the_login(client, subscriber):
    for url in urls_of(subscriber):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("who", ["author", "editor", "moderator"])
def test_people_with_other_tasks_see_no_subscriber(client_of, subscriber, request, who):
    client = client_of(request.getfixturevalue(who))

    for url in urls_of(subscriber):
        assert client.get(url).status_code == 403


def test_viewer_sees_list_and_evidence_but_exports_and_erases_nothing(
    client_of, person, subscriber
):
    client = client_of(person("view"))

    answers = [client.get(url).status_code for url in urls_of(subscriber)]

    assert answers == [200, 403, 200, 200, 403]
    assert "Export" not in client.get(LIST).text


def test_export_needs_the_view_permission_too(client_of, person, subscriber):
    assert client_of(person("export")).get(f"{LIST}export/").status_code == 403


def test_nobody_adds_a_subscriber_by_hand(admin_client):
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert "subscriber/add/" not in admin_client.get(LIST).text


def test_evidence_cannot_be_changed(admin_client, subscriber):
    data = {"email": "other@example.org", "status": "confirmed", "consent_wording": "x"}

    assert admin_client.post(f"{LIST}{subscriber.pk}/change/", data).status_code == 403

    subscriber.refresh_from_db()
    assert subscriber.email == "reader@example.org"


def test_evidence_is_shown(admin_client, subscriber):
    page = admin_client.get(f"{LIST}{subscriber.pk}/change/").text

    assert subscriber.consent_wording in page
    assert "/articles/sleep/" in page


def test_erasing_is_possible_with_its_permission(client_of, person, subscriber):
    client_of(person("view", "delete")).post(f"{LIST}{subscriber.pk}/delete/", {"post": "yes"})

    assert not Subscriber.objects.exists()


def test_action_unsubscribes_and_is_logged(client_of, person, subscriber):
    left = factories.subscriber("unsubscribed")
    data = {"action": "unsubscribe_selected", "_selected_action": [subscriber.pk, left.pk]}

    response = client_of(person("view", "change")).post(LIST, data, follow=True)

    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"
    assert "1 subscriber was unsubscribed." in response.text
    assert LogEntry.objects.get().object_id == str(subscriber.pk)


def test_viewer_cannot_unsubscribe_anybody(client_of, person, subscriber):
    data = {"action": "unsubscribe_selected", "_selected_action": [subscriber.pk]}

    client_of(person("view")).post(LIST, data)

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed


def test_list_is_filtered_and_searched(admin_client, subscriber):
    factories.subscriber("pending", email="waiting@example.org")

    by_status = admin_client.get(LIST, {"status__exact": "pending"}).text
    by_address = admin_client.get(LIST, {"q": "READER@"}).text

    assert "waiting@" in by_status
    assert "reader@" not in by_status
    assert "reader@" in by_address
    assert "waiting@" not in by_address


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"mail_attempts": 8}, "failed after 8 tries"),
        ({"mail_attempts": 2}, "waiting, tried 2 times"),
    ],
)
def test_list_shows_mail_that_does_not_get_through(admin_client, fields, shown):
    pending = factories.subscriber("pending")
    Subscriber.objects.filter(pk=pending.pk).update(mail_due_at=pending.requested_at, **fields)

    assert shown in admin_client.get(LIST).text


def test_list_takes_the_same_few_queries_for_any_number(
    admin_client, django_assert_max_num_queries
):
    for _ in range(30):
        factories.subscriber()

    with django_assert_max_num_queries(8):
        admin_client.get(LIST)
