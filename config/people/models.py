"""Invitations, requests for a new password, own settings and recovery codes."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from config.people.roles import NAMES, Role, has_address
from config.web.mail.owed_mail import OwedMailQuerySet, send_mail_soon
from config.web.text.fields import CharField, EmailField

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def new_nonce() -> str:
    return get_random_string(22)


class InvitationQuerySet(OwedMailQuerySet["Invitation"]):
    def pending(self) -> Self:
        """Neither accepted nor revoked. Their links may be too old."""
        return self.filter(accepted_at=None, revoked_at=None)

    def good(self) -> Self:
        """Those whose newest link works."""
        return self.pending().filter(invited_at__gt=timezone.now() - Invitation.good_for())


class Invitation(models.Model):
    """A person who was asked by mail to work here, and in which role.

    pending → accepted, pending → revoked; sending it again makes earlier links void.
    """

    name = CharField(_("name"), max_length=120)
    email = EmailField(_("email address"), max_length=150)  # it becomes the user name
    role = CharField(_("role"), max_length=20, choices=Role)
    author = models.ForeignKey(
        "articles.Author",
        models.SET_NULL,
        null=True,
        blank=True,
        limit_choices_to={"user": None},
        related_name="+",
        verbose_name=_("author page"),
        help_text=_("The author's existing page. Leave empty to create a new one."),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    nonce = CharField(max_length=22, default=new_nonce, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({NAMES[Role(self.role)]})"

    @staticmethod
    def good_for() -> timedelta:
        return timedelta(days=settings.INVITATION_DAYS)

    @property
    def state(self) -> str:
        """One of accepted, revoked, expired, waiting."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "waiting" if self.invited_at + self.good_for() > timezone.now() else "expired"

    def send(self) -> None:
        """Let the mail go out when the present transaction is committed."""
        send_mail_soon("config.people.tasks.send_invitation", self.pk)

    def send_again(self) -> bool:
        """Mail a new link; earlier ones stop working. False if it was accepted or revoked."""
        now = timezone.now()
        row = Invitation.objects.pending().filter(pk=self.pk)
        fresh: dict[str, Any] = {"nonce": new_nonce(), "mail_due_at": now, "mail_attempts": 0}
        if not row.update(invited_at=now, **fresh):
            return False
        self.send()
        return True

    def revoke(self) -> bool:
        """Make the link void. False if it was accepted or revoked before."""
        row = Invitation.objects.pending().filter(pk=self.pk)
        return bool(row.update(revoked_at=timezone.now(), mail_due_at=None))

    def take(self) -> bool:
        """Mark it as accepted. False if another request did, or the link stopped working."""
        row = Invitation.objects.good().filter(pk=self.pk, nonce=self.nonce)
        return bool(row.update(accepted_at=timezone.now(), mail_due_at=None))


class PasswordRequestQuerySet(OwedMailQuerySet["PasswordRequest"]):
    def ask(self, email: str) -> None:
        """Owe the answer to somebody who typed this address. A task looks whose it is."""
        with transaction.atomic():
            request = self.create(email=email)
            send_mail_soon("config.people.tasks.answer_password_request", request.pk)


class PasswordRequest(models.Model):
    """Somebody asked for a new password under this address. It goes when it is answered."""

    email = EmailField(max_length=254)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField(auto_now_add=True)

    objects = PasswordRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)

    def account(self) -> "User | None":
        """The one active account with this address that may log in to the desk."""
        staff = get_user_model().objects.filter(is_active=True, is_staff=True)
        people = staff.filter(has_address(self.email))
        found = list(people[:2])
        return found[0] if len(found) == 1 else None


class SecurityMailQuerySet(OwedMailQuerySet["SecurityMail"]):
    @transaction.atomic
    def tell(self, user: "User", change: "SecurityMail.Change", *, earlier_email: str = "") -> None:
        """Owe the owner of an account the mail about a change, also at the earlier address."""
        for email in {
            user.email.lower(): user.email,
            earlier_email.lower(): earlier_email,
        }.values():
            if email:
                row = self.create(user=user, email=email, change=change)
                send_mail_soon("config.people.tasks.send_security_mail", row.pk)


class SecurityMail(models.Model):
    """The owner of an account is told what an intruder would do first. It goes when it is sent."""

    class Change(models.TextChoices):
        PASSWORD = "password", _("The password was changed.")
        EMAIL = "email", _("The email address was changed.")
        FACTOR_ADDED = "factor_added", _("A second factor was added.")
        FACTOR_REMOVED = "factor_removed", _("A second factor was removed.")
        CODES = "codes", _("New recovery codes were created.")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    email = EmailField(max_length=254)
    change = CharField(max_length=14, choices=Change)
    at = models.DateTimeField(default=timezone.now)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = SecurityMailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.change}"


class Profile(models.Model):
    """A person's own settings."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile"
    )
    language = CharField(
        _("language of the desk"),
        max_length=10,
        blank=True,
        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français")],
    )

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """A code that stands in once for a lost second factor, as a keyed hash."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    digest = CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_unique")
        ]

    def __str__(self) -> str:
        return str(self.user_id)
