"""Somebody stays who may look after accounts, whoever acts at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from config.people.roles import LastAdministrator, give_roles
from tests.admin_forms import sent_by

pytestmark = pytest.mark.django_db
LIST = "/admin/auth/user/"
SAID = "This is the last administrator. Make someone else an administrator first."


@pytest.fixture
def desk(client_of, boss):
    return client_of(boss)


@pytest.fixture
def second():
    return User.objects.create_superuser("second", "second@example.org", "pass")


def save(desk, user, **fields):
    address = f"{LIST}{user.pk}/change/"
    form = sent_by(desk.get(address), "user_form")
    roles = {"roles": ["Administrator"]} | fields
    form |= {name: value for name, value in roles.items() if value is not None}
    for name in [name for name, value in roles.items() if value is None]:
        form.pop(name, None)
    return desk.post(address, form)


@pytest.mark.parametrize("change", [{"roles": ["Editor"]}, {"roles": None}, {"is_active": None}])
def test_last_administrator_stays_one(desk, boss, change):
    answer = save(desk, boss, first_name="Bo", **change)

    boss.refresh_from_db()
    assert answer.status_code == 200
    assert SAID in answer.text
    assert 'value="Bo"' in answer.text
    assert (boss.is_superuser, boss.is_active) == (True, True)


@pytest.mark.parametrize("change", [{"roles": ["Editor"]}, {"is_active": None}])
def test_one_of_two_may_go(desk, boss, second, change):
    assert save(desk, second, **change).status_code == 302
    assert save(desk, boss, **change).status_code == 200


def test_other_changes_of_the_last_one_are_saved(desk, boss):
    assert save(desk, boss, last_name="Leaf").status_code == 302


def test_one_that_is_switched_off_does_not_count(desk, boss, second):
    User.objects.filter(pk=second.pk).update(is_active=False)

    assert SAID in save(desk, boss, roles=["Editor"]).text


def test_last_administrator_is_not_deleted(desk, boss, second):
    chosen = {"action": "delete_selected", "_selected_action": [boss.pk, second.pk], "post": "yes"}

    desk.post(LIST, chosen)
    page = desk.post(LIST, {**chosen, "post": ""}).text

    assert User.objects.filter(is_superuser=True).count() == 2
    assert SAID in page


def test_delete_page_says_why(desk, boss):
    assert SAID in desk.get(f"{LIST}{boss.pk}/delete/", follow=True).text

    desk.post(f"{LIST}{boss.pk}/delete/", {"post": "yes"})

    assert User.objects.filter(pk=boss.pk).exists()


def test_verb_refuses_too(boss):
    with pytest.raises(LastAdministrator):
        give_roles(boss, ["Editor"], by=boss)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"roles": ["Editor"]}, {"is_active": None}])
def test_two_who_remove_each_other_at_once_leave_one(client_of, boss, second, change):
    both = Barrier(2, timeout=60)

    def remove(by, whom):
        desk = client_of(by)
        address = f"{LIST}{whom.pk}/change/"
        form = sent_by(desk.get(address), "user_form") | {"roles": ["Administrator"]} | change
        form = {name: value for name, value in form.items() if value is not None}
        both.wait()
        try:
            return desk.post(address, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(remove, boss, second), pool.submit(remove, second, boss)]
        codes = sorted(answer.result() for answer in answers)

    left = User.objects.filter(is_superuser=True, is_active=True)
    assert left.count() == 1
    # The second is told, or is not an administrator any more.
    assert codes in ([200, 302], [302, 302], [302, 403])
