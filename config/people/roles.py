"""The roles, in words. A role is a group of the same name; administrators may do everything."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.web import audit
from config.web.text.addresses import known_as, on_the_wire

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Role(models.TextChoices):
    MODERATOR = "Moderator", _("Moderator: reads comments and decides on them")
    AUTHOR = "Author", _("Author: writes and edits their own articles")
    EDITOR = "Editor", _("Editor: publishes all articles, invites people")
    ADMINISTRATOR = (
        "Administrator",
        _("Administrator: can do everything, including giving people roles"),
    )


NAMES = {
    Role.MODERATOR: _("Moderator"),
    Role.AUTHOR: _("Author"),
    Role.EDITOR: _("Editor"),
    Role.ADMINISTRATOR: _("Administrator"),
}
# Nobody gives a role above the own one.
_RANKS = {Role.MODERATOR: 1, Role.AUTHOR: 1, Role.EDITOR: 2, Role.ADMINISTRATOR: 3}


def roles_of(user: "User") -> list[Role]:
    """The roles of a person, the lowest first."""
    names = {group.name for group in user.groups.all()}
    names |= {Role.ADMINISTRATOR.value} if user.is_superuser else set()
    return [role for role in Role if role.value in names]


def rank_of(user: "User") -> int:
    """0 for a person without a role; the higher, the more the person may do."""
    return max((_RANKS[role] for role in roles_of(user)), default=0)


def roles_to_give(user: "User") -> list[Role]:
    """The roles that `user` may give to others."""
    rank = rank_of(user)
    return [role for role in Role if _RANKS[role] <= rank]


def names_of(roles: Iterable[Role]) -> str:
    """Such as "Author, Editor"; a dash for none."""
    return ", ".join(str(NAMES[role]) for role in roles) or "–"


def has_address(typed: str) -> models.Q:
    """The condition for accounts with this address, in whichever spelling both have it."""
    known = known_as(typed)
    return models.Q(email__iexact=known) | models.Q(email__iexact=on_the_wire(known))


class LastAdministrator(Exception):
    """Nobody would be left who may look after accounts."""


def hold_accounts() -> None:
    """Let others who change accounts wait until this transaction ends.

    A transaction that locks rows of accounts calls it first: two that lock each other's would wait
    for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.accounts'))")


def keep_an_administrator(leaving: Iterable["User"]) -> None:
    """Raise LastAdministrator if no active administrator is left without these people.

    Call it in the transaction of the change. Of two administrators who remove each other at once
    the second waits here for the first, and then sees what it did.
    """
    hold_accounts()
    pks = [user.pk for user in leaving]
    administrators = get_user_model().objects.filter(is_superuser=True, is_active=True)
    if (
        administrators.filter(pk__in=pks).exists()
        and not administrators.exclude(pk__in=pks).exists()
    ):
        raise LastAdministrator


@transaction.atomic
def give_roles(
    user: "User", roles: Iterable[str], *, by: "User | None", request: HttpRequest | None = None
) -> None:
    """Let `user` have exactly these roles; other groups stay. Whoever has one may log in.

    Raises LastAdministrator.
    """
    before, chosen = roles_of(user), [Role(role) for role in Role.values if role in set(roles)]
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in chosen:
        keep_an_administrator([user])
    user.is_superuser = Role.ADMINISTRATOR in chosen
    user.is_staff = bool(chosen) or user.groups.exclude(name__in=Role.values).exists()
    user.save(update_fields=["is_superuser", "is_staff"])
    user.groups.remove(*Group.objects.filter(name__in=set(Role.values) - set(chosen)))
    user.groups.add(*Group.objects.filter(name__in=chosen))
    if before != chosen:
        # As data, not as text of one language.
        was, now = (", ".join(role.value for role in some) or "–" for some in (before, chosen))
        detail = f"{user.get_username()}: {was} → {now}"
        audit.record(audit.AuditEntry.Action.ROLES_CHANGED, by=by, request=request, detail=detail)
