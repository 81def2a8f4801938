"""Who writes: what an address did before, and what is held or refused from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.querysets import RestrictionQuerySet


class Writer(models.Model):
    """One e-mail address, in lower case. The counts are kept by the database (trigger comment_counts)."""

    email = models.EmailField(_("e-mail address"), unique=True, editable=False)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now, editable=False)
    approved = models.PositiveIntegerField(_("approved"), default=0, editable=False)
    rejected = models.PositiveIntegerField(_("rejected or removed"), default=0, editable=False)
    spam = models.PositiveIntegerField(_("spam"), default=0, editable=False)
    # The owner of the address opened a link that was mailed to it; before, no other mail goes there.
    verified_at = models.DateTimeField(_("address confirmed"), null=True, editable=False)
    # No mail about comments any more, whatever a form asks for.
    muted_at = models.DateTimeField(_("wants no mail"), null=True, editable=False)
    # The mail with that link, while it is owed (as newsletter.Subscriber.mail_due_at).
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("writer")
        verbose_name_plural = _("writers")
        ordering = ["-first_seen_at"]
        indexes = [
            models.Index(
                fields=["mail_due_at"], name="writer_mail_due", condition=Q(mail_due_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.email


class Restriction(models.Model):
    """Comments of one writer or network are held, or rejected at once."""

    class Kind(models.TextChoices):
        WRITER = "writer", _("Writer (e-mail address)")
        NETWORK = "network", _("Network")

    class Effect(models.TextChoices):
        HOLD = "hold", _("Always hold")
        REJECT = "reject", _("Ban: reject at once")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    value = models.CharField(_("address or network"), max_length=254)
    effect = models.CharField(_("effect"), max_length=6, choices=Effect)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # Networks change hands, and are kept for 30 days at most.
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="restriction_once"),
            models.CheckConstraint(
                name="restriction_network_ends",
                condition=~Q(kind="network") | Q(ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}: {self.get_effect_display()}"
