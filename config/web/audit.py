"""The audit log: who logged in, gave a role, sent an invitation, took data out.

Any app may add an entry. Entries are never changed (a trigger keeps it so), and go after
AUDIT_LOG_DAYS. What an app logs anyway, such as the steps of an article, is not written here again.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.requests.client_address import client_network
from config.web.text.fields import CharField

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class AuditEntry(models.Model):
    """One act, with its actor and the network that it came from. Never changed."""

    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", _("Logged in")
        LOG_IN_FAILED = "log_in_failed", _("Log-in failed")
        INVITED = "invited", _("Invited")
        INVITATION_REVOKED = "invitation_revoked", _("Invitation revoked")
        JOINED = "joined", _("Accepted an invitation")
        ROLES_CHANGED = "roles_changed", _("Roles changed")
        DEACTIVATED = "deactivated", _("Account deactivated")
        ACTIVATED = "activated", _("Account activated")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("New password by email")
        TWO_FACTOR_ADDED = "two_factor_added", _("Second factor added")
        TWO_FACTOR_REMOVED = "two_factor_removed", _("Second factor removed")
        TWO_FACTOR_RESET = "two_factor_reset", _("Second factors reset")
        EXPORTED = "exported", _("Data exported")
        IMPORTED = "imported", _("Data imported")
        MAIL_RELEASED = "mail_released", _("Mail released")
        SETTINGS_CHANGED = "settings_changed", _("Settings changed")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    action = CharField(_("action"), max_length=20, choices=Action)
    # No constraint: the entry stays as it is when the account is deleted.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("by"),
    )
    name = CharField(_("login"), max_length=150, blank=True)
    detail = CharField(_("detail"), max_length=300, blank=True)
    network = CharField(_("network"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["name", "-at"], name="audit_name"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.name}"


def record(
    action: AuditEntry.Action,
    *,
    by: "User | None",
    request: HttpRequest | None = None,
    detail: str = "",
) -> None:
    """Add an entry. `by` is None when nobody is known to have done it. `detail` holds no secret."""
    AuditEntry.objects.create(
        action=action,
        by=by,
        name=by.get_username() if by else "",
        detail=detail[:300],
        network=client_network(request) if request else "",
    )


@transaction.atomic
def forget_old_entries() -> None:
    """Delete what is older than AUDIT_LOG_DAYS."""
    with connection.cursor() as cursor:
        # The trigger lets entries go in this transaction alone.
        cursor.execute("SET LOCAL colophon.forgets_audit_entries = 'on'")
        limit = timezone.now() - timedelta(days=settings.AUDIT_LOG_DAYS)
        AuditEntry.objects.filter(at__lt=limit)._raw_delete(using="default")
        cursor.execute("SET LOCAL colophon.forgets_audit_entries = 'off'")
