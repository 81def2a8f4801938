"""Accounts are managed by role, in words."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from config.web.audit import AuditEntry
from tests import factories
from tests.admin_forms import sent_by

pytestmark = pytest.mark.django_db
LIST = "/admin/auth/user/"


def address(user):
    return f"{LIST}{user.pk}/change/"


@pytest.fixture
def desk(client_of, boss):
    return client_of(boss)


def save(desk, user, **fields):
    form = sent_by(desk.get(address(user)), "user_form")
    form.pop("roles", None)
    return desk.post(address(user), form | fields)


def test_form_shows_words_and_no_puzzles(desk, author):
    page = desk.get(address(author)).text

    assert "Author: writes and edits their own articles" in page
    for puzzle in ("is_staff", "is_superuser", "user_permissions", 'name="groups"'):
        assert puzzle not in page


@pytest.mark.parametrize(
    ("roles", "staff", "superuser"),
    [
        (["Editor"], True, False),
        (["Author", "Moderator"], True, False),
        (["Administrator"], True, True),
        ([], False, False),
    ],
)
def test_roles_set_all_that_belongs_to_them(desk, author, roles, staff, superuser):
    answer = save(desk, author, roles=roles)

    author.refresh_from_db()
    groups = set(author.groups.values_list("name", flat=True))
    assert answer.status_code == 302
    assert groups == set(roles) - {"Administrator"}
    assert (author.is_staff, author.is_superuser) == (staff, superuser)


def test_address_is_kept_in_the_spelling_of_all_addresses(desk, author):
    save(desk, author, email="arthur@XN--MNCHEN-3YA.example", roles=["Author"])

    author.refresh_from_db()
    assert author.email == "arthur@münchen.example"
    assert "errorlist" in save(desk, author, email="arthur@192.0.2.1", roles=["Author"]).text


def test_other_groups_stay(desk, author):
    author.groups.add(Group.objects.create(name="Proofreaders"))

    save(desk, author, roles=[])

    author.refresh_from_db()
    assert [group.name for group in author.groups.all()] == ["Proofreaders"]
    assert author.is_staff


def test_change_of_roles_is_in_the_audit_log(desk, author):
    save(desk, author, roles=["Editor"])

    entry = AuditEntry.objects.get(action="roles_changed")

    assert (entry.name, entry.detail) == ("boss", "arthur: Author → Editor")


@pytest.mark.parametrize("group", ["Author", "Moderator", "Editor"])
def test_only_administrators_manage_accounts(client_of, author, group):
    somebody = client_of(factories.user("somebody", group=group))

    assert somebody.get(LIST).status_code == 403
    assert somebody.post(address(author), {"roles": ["Editor"]}).status_code == 403


def test_nobody_gives_a_role_above_the_own(client_of, author, boss):
    keeper = factories.user("keeper", group="Editor")
    permissions = Permission.objects.filter(codename__in=["view_user", "change_user"])
    keeper.user_permissions.add(*permissions)
    desk = client_of(keeper)

    save(desk, author, roles=["Author", "Administrator"])
    page = desk.get(address(boss))

    author.refresh_from_db()
    assert not author.is_superuser
    assert "_save" not in page.text
    assert desk.post(address(boss), {"is_active": ""}).status_code == 403
    assert desk.get(f"{LIST}{boss.pk}/password/").status_code == 403


def test_deactivated_person_is_out_at_once(desk, client_of, author):
    theirs = client_of(author)

    save(desk, author, is_active="", roles=["Author"])

    assert not User.objects.get(pk=author.pk).is_active
    assert theirs.get("/admin/").status_code == 302
    assert AuditEntry.objects.get(action="deactivated").detail == "arthur"


def test_account_with_work_is_not_deleted(desk, author):
    factories.draft(by=factories.author()).publish(by=author)

    page = desk.post(f"{LIST}{author.pk}/delete/", {"post": "yes"}, follow=True)

    assert User.objects.filter(pk=author.pk).exists()
    assert "deactivate the account instead" in page.text


def test_list_is_flat_and_in_words(desk, django_assert_num_queries, guarded):
    page = desk.get(LIST)
    for number in range(5):
        factories.user(f"person{number}", group="Author")

    with django_assert_num_queries(7):
        desk.get(LIST)

    assert "Administrator" in page.text
    assert "icon-yes" in page.text
