"""Addresses that get no newsletter, kept beyond the erasure of everything else."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.web.text.addresses import known_as
from config.web.text.fields import CharField


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, emails: Iterable[str]) -> Self:
        return self.filter(digest__in=[digest_of(email) for email in emails])

    def among(self, emails: Iterable[str]) -> set[str]:
        """Which of these addresses are suppressed."""
        spellings = {digest_of(email): email for email in emails}
        found = self.filter(digest__in=spellings).values_list("digest", flat=True)
        return {spellings[digest] for digest in found}

    def forbidding_all_mail(self) -> Self:
        """Addresses that may not even be asked to confirm."""
        return self.exclude(reason=Suppression.Reason.BOUNCED)

    def add_address(self, email: str, *, reason: str) -> None:
        """Keep a keyed hash of the address. The first reason stays, but that a bounce yields."""
        row = self.model(digest=digest_of(email), reason=reason, since=timezone.now())
        self.bulk_create([row], ignore_conflicts=True)
        if reason != Suppression.Reason.BOUNCED:
            self.of([email]).filter(reason=Suppression.Reason.BOUNCED).update(reason=reason)


class Suppression(models.Model):
    """A keyed hash of an address: nobody can read the address from it.

    With another SECRET_KEY the addresses are no longer known again.
    """

    class Reason(models.TextChoices):
        """BOUNCED ends when the owner of the address confirms it again. The others stay."""

        COMPLAINED = "complained", _("Complained")
        BOUNCED = "bounced", _("Bounced for good")
        ASKED = "asked", _("Asked never to be written to")

    digest = CharField(max_length=64)
    reason = CharField(_("reason"), max_length=10, choices=Reason)
    since = models.DateTimeField(_("since"))

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="suppression_digest_unique"),
            models.CheckConstraint(
                name="suppression_reason_known",
                condition=models.Q(reason__in=["complained", "bounced", "asked"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}… {self.reason}"


def digest_of(email: str) -> str:
    """The same for all spellings of an address."""
    return salted_hmac("newsletter.suppression", known_as(email), algorithm="sha256").hexdigest()
