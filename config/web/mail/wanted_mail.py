"""Which mails about the work on articles a person wants."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class MailKind(models.TextChoices):
    SUBMITTED = "submitted", _("An article is sent for review")
    RETURNED = "returned", _("My article is returned to me")
    APPROVED = "approved", _("My article is approved")
    SCHEDULED = "scheduled", _("My article is scheduled")
    PUBLISHED = "published", _("My article is published")
    COMMENT_WAITING = "comment_waiting", _("A comment is waiting under my article")
    REVIEW_DUE = "review_due", _("An article is due for review")
    REMARKED = "remarked", _("An expert adds a remark")
    SIGNED_OFF = "signed_off", _("An expert signs off an article")
    SCHEDULE_STOPPED = "schedule_stopped", _("Something scheduled cannot be published")


# What a role gets until somebody chooses otherwise. Administrators get what editors get.
_OWN = {MailKind.RETURNED, MailKind.APPROVED, MailKind.SCHEDULED, MailKind.PUBLISHED}
BY_DEFAULT = {
    "Author": _OWN | {MailKind.COMMENT_WAITING},
    "Editor": {
        MailKind.SUBMITTED,
        MailKind.RETURNED,
        MailKind.REVIEW_DUE,
        MailKind.REMARKED,
        MailKind.SIGNED_OFF,
        MailKind.SCHEDULE_STOPPED,
    },
}


class MailChoice(models.Model):
    """One person's own yes or no to one kind of mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choices")
    kind = CharField(max_length=20, choices=MailKind)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_unique")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.wanted}"


def wanted_kinds(user: "User") -> set[str]:
    """The kinds of mail that a person gets: chosen, or by default of the roles."""
    roles = {group.name for group in user.groups.all()} | (
        {"Editor"} if user.is_superuser else set()
    )
    wanted: set[str] = set().union(*(BY_DEFAULT.get(role, set()) for role in roles))
    for choice in user.mail_choices.all():
        (wanted.add if choice.wanted else wanted.discard)(choice.kind)
    return wanted


def language_of(user: "User") -> str:
    """The language in which a person wants mails: the own one of the desk, or else the site's."""
    profile = getattr(user, "profile", None)
    return (profile.language if profile else "") or settings.LANGUAGE_CODE


def choose_mail(user: "User", kinds: Iterable[str]) -> None:
    """Keep that the person wants these kinds of mail and no other."""
    chosen = set(kinds)
    rows = [MailChoice(user=user, kind=kind, wanted=kind in chosen) for kind in MailKind.values]
    MailChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["wanted"]
    )


def people_who_want(kind: MailKind, among: "models.QuerySet[User]") -> "list[User]":
    """The active people of `among` with an address who want this kind of mail."""
    people = among.filter(is_active=True).exclude(email="")
    people = people.prefetch_related("groups", "mail_choices")
    return [person for person in people if kind in wanted_kinds(person)]
