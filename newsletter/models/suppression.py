"""Addresses that get no newsletter, kept beyond the erasure of everything else."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.database.at_once import Question, Statement
from config.web.database.compiled import Compiled, is_among
from config.web.requests.signed_links import keyed_hash
from config.web.text.addresses import known_as
from config.web.text.fields import CharField


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, emails: Iterable[str]) -> Self:
        return self.filter(digest__in=[digest_of(email) for email in emails])

    def among(self, emails: Iterable[str]) -> set[str]:
        """Which of these addresses are suppressed."""
        spellings = {digest_of(email): email for email in emails}
        return {spellings[digest] for digest in _AMONG.rows(digests=list(spellings))}

    def forbidding_all_mail(self) -> Self:
        """Addresses that may not even be asked to confirm."""
        return self.exclude(reason__in=Suppression.YIELDING)

    def to_ask(self, email: str) -> Statement:
        """What tells whether an address is one of them, to be run together with others."""
        return _FORBIDDEN.asked(digests=[digest_of(email)], read=bool)

    def add_address(self, email: str, *, reason: str) -> None:
        """Keep a keyed hash of the address. The first reason stays, but for one that yields."""
        row = self.model(digest=digest_of(email), reason=reason, since=timezone.now())
        self.bulk_create([row], ignore_conflicts=True)
        if reason not in Suppression.YIELDING:
            self.of([email]).filter(reason__in=Suppression.YIELDING).update(reason=reason)


class Suppression(models.Model):
    """A keyed hash of an address: nobody can read the address from it.

    With another SECRET_KEY the addresses are no longer known again.
    """

    class Reason(models.TextChoices):
        """BOUNCED and LEFT end when the owner of the address confirms it again. The others stay."""

        COMPLAINED = "complained", _("Complained")
        BOUNCED = "bounced", _("Bounced permanently")
        ASKED = "asked", _("Asked never to be emailed")
        LEFT = "left", _("Unsubscribed before the list moved here")

    YIELDING = (Reason.BOUNCED, Reason.LEFT)

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
                condition=models.Q(reason__in=["complained", "bounced", "asked", "left"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]}… {self.reason}"


def digest_of(email: str) -> str:
    """The same for all spellings of an address."""
    return keyed_hash("newsletter.suppression", known_as(email)).hex()


def _with_digest() -> SuppressionQuerySet:
    return Suppression.objects.filter(is_among("digest", "digests"))


_AMONG = Compiled(lambda: _with_digest().values_list("digest", flat=True))
_FORBIDDEN = Question(lambda: _with_digest().forbidding_all_mail().values_list("pk"))
