"""Those who write comments: the record of an address, its mails and its restrictions."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.mail_querysets import SEND_MAIL, WriterQuerySet
from comments.models.comment import Comment
from comments.models.notice import Notice
from comments.querysets import RestrictionQuerySet, address_hash
from config.web.mail.owed_mail import send_mail_soon
from config.web.text.fields import CharField, EmailField


class Writer(models.Model):
    """One e-mail address, in lower case. The trigger comment_counts keeps the counts."""

    email = EmailField(_("email address"), unique=True, editable=False)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now, editable=False)
    approved = models.PositiveIntegerField(_("approved"), default=0, editable=False)
    rejected = models.PositiveIntegerField(_("rejected or removed"), default=0, editable=False)
    spam = models.PositiveIntegerField(_("spam"), default=0, editable=False)
    # When the owner of the address opened the link that was mailed to it. No other mail goes there
    # before that.
    verified_at = models.DateTimeField(_("address confirmed"), null=True, editable=False)
    # When the owner ended the mails about comments. A form that asks for mails changes nothing.
    muted_at = models.DateTimeField(_("wants no emails"), null=True, editable=False)
    # When the mail with that link is due.
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = WriterQuerySet.as_manager()

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        ordering = ["-first_seen_at", "-pk"]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="writer_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
            models.Index(fields=["-first_seen_at", "-id"], name="writer_newest"),
        ]

    def __str__(self) -> str:
        return self.email

    def owe_confirmation(self) -> None:
        """Let the mail with the link that verifies the address be sent."""
        Writer.objects.filter(pk=self.pk).update(mail_due_at=timezone.now(), mail_attempts=0)

    # What the buttons of a page in a mail do. Pressing one again does no harm.

    def verify(self) -> None:
        """The owner of the mailbox wants the mails. Those that wait for this are sent."""
        self._set(verified_at=self.verified_at or timezone.now(), muted_at=None, mail_due_at=None)
        send_mail_soon(SEND_MAIL)

    @transaction.atomic
    def mute(self) -> None:
        """End all mails about comments."""
        self._set(muted_at=self.muted_at or timezone.now(), mail_due_at=None)
        Notice.objects.filter(comment__email=self.email).unsent().delete()

    def unmute(self) -> None:
        self._set(muted_at=None)
        MutedAddress.objects.of(self.email).delete()

    @transaction.atomic
    def mute_thread(self, article_id: int) -> None:
        """End the mails about one article, until a comment that is written later asks for them."""
        own = Comment.objects.filter(email=self.email, article_id=article_id)
        own.update(wants_mail=False)
        Notice.objects.filter(comment__in=own).unsent().delete()

    def unmute_thread(self, article_id: int) -> None:
        own = Comment.objects.filter(email=self.email, article_id=article_id)
        own.exclude(status=Comment.Status.WITHDRAWN).update(wants_mail=True)

    def wants_mail_about(self, article_id: int) -> bool:
        """Whether any comment under an article asks for mails."""
        own = Comment.objects.filter(email=self.email, article_id=article_id)
        return own.filter(wants_mail=True).exists()

    def _set(self, **fields: datetime | None) -> None:
        Writer.objects.filter(pk=self.pk).update(**fields)
        for name, value in fields.items():
            setattr(self, name, value)


class MutedAddressQuerySet(models.QuerySet["MutedAddress"]):
    def of(self, email: str) -> Self:
        return self.filter(hash=address_hash(email))


class MutedAddress(models.Model):
    """An erased address whose owner wanted no mail, and gets none if somebody types it again."""

    hash = CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    objects = MutedAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.hash[:8]


class Restriction(models.Model):
    """Comments of one writer or network are held, or rejected at once."""

    class Kind(models.TextChoices):
        WRITER = "writer", _("Commenter (email address)")
        NETWORK = "network", _("Network")

    class Effect(models.TextChoices):
        HOLD = "hold", _("Always hold")
        REJECT = "reject", _("Ban: reject at once")

    kind = CharField(_("kind"), max_length=7, choices=Kind)
    value = CharField(_("address or network"), max_length=254)
    effect = CharField(_("effect"), max_length=6, choices=Effect)
    note = CharField(_("note"), max_length=300, blank=True)
    # Networks change hands, and are kept for 30 days at most.
    ends_at = models.DateTimeField(_("ends on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
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
