"""A secret link to one revision of an article, for somebody without an account."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.revision import Revision
from articles.querysets import PUBLIC_STATUSES
from config.web.mail.owed_mail import OwedMailQuerySet, send_mail_soon
from config.web.text.fields import CharField, EmailField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.article import Article

_GOES_LIVE = (Revision.Action.PUBLISHED, Revision.Action.CHANGED)


def new_nonce() -> str:
    return get_random_string(22)


class ExpertLinkQuerySet(OwedMailQuerySet["ExpertLink"]):
    def usable(self) -> Self:
        """Links that open their revision: neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def with_publication(self) -> Self:
        """Annotates `published_since`: whether the revision or a later one went live since."""
        later = Revision.objects.filter(
            article=OuterRef("article"), pk__gt=OuterRef("revision"), action__in=_GOES_LIVE
        )
        is_public = Q(
            article__status__in=PUBLIC_STATUSES, article__published_at__lte=timezone.now()
        )
        since = is_public & (Q(made_at__lte=F("article__published_at")) | Exists(later))
        published_since = ExpressionWrapper(since, output_field=models.BooleanField())
        return self.annotate(published_since=published_since)

    def work_left(self) -> dict[str, int]:
        """How many remarks are open, and how many sign-offs wait for an editor."""
        return self.aggregate(
            remarks=Count("remarks", Q(remarks__resolved_at=None), distinct=True),
            sign_offs=Count("sign_off", Q(sign_off__state="waiting"), distinct=True),
        )


class ExpertLink(models.Model):
    """Whoever has the link reads this revision; an expert also writes remarks and signs it off.

    The address holds the key and the nonce, signed (articles/signoff/links.py).
    """

    class Kind(models.TextChoices):
        REVIEW = "review", _("Review: remarks and sign-off")
        PREVIEW = "preview", _("Preview: read only")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="expert_links")
    revision = models.ForeignKey("articles.Revision", models.CASCADE, related_name="+")
    kind = CharField(_("kind of link"), max_length=7, choices=Kind, default=Kind.REVIEW)
    name = CharField(_("name"), max_length=120)
    email = EmailField(_("email address"), max_length=254, blank=True)
    nonce = CharField(max_length=22, default=new_nonce, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = ExpertLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for an expert")
        verbose_name_plural = _("links for experts")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="expert_link_kind_known", condition=Q(kind__in=["review", "preview"])
            ),
            models.CheckConstraint(
                name="expert_link_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def make(cls, article: "Article", *, by: "User | None", **fields: Any) -> Self:
        """A link to what the article says now, its working copy if it has one.

        `fields` are kind, name, email and expires_at. With an address the link goes out by mail.
        """
        # Locked, so that nobody saves between the comparison and the link.
        rows = type(article).objects.select_for_update(of=("self",))
        article = rows.select_related("working_copy").get(pk=article.pk)
        revision = article.working_copy or article.revisions.first()
        if revision is None or revision.content != article.edited_content():
            # Imports and scripts change rows without a revision.
            reason = gettext("The text as the link to it shows it")
            revision = Revision.record(article, Revision.Action.SAVED, by=by, reason=reason)
        due = timezone.now() if fields.get("email") else None
        link = cls.objects.create(
            article=article, revision=revision, made_by=by, mail_due_at=due, **fields
        )
        if due:
            send_mail_soon("articles.tasks.send_expert_link", link.pk)
        return link

    @property
    def is_usable(self) -> bool:
        """The same as ExpertLinkQuerySet.usable() for one row."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def state(self) -> str:
        """One of revoked, signed, expired, published, open. Needs `with_publication`."""
        if self.revoked_at:
            return "revoked"
        if hasattr(self, "sign_off"):
            return "signed"
        if not self.is_usable:
            return "expired"
        return "published" if self.published_since else "open"  # type: ignore[attr-defined]

    @property
    def takes_remarks(self) -> bool:
        """Whether remarks and a sign-off can be written. Needs `with_publication`."""
        return self.kind == self.Kind.REVIEW and self.state == "open"

    def revoke(self) -> bool:
        """Make the link void. False if somebody did so before."""
        row = ExpertLink.objects.filter(pk=self.pk, revoked_at=None)
        return bool(row.update(revoked_at=timezone.now(), mail_due_at=None))
