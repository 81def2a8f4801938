"""Mails about the work on articles that are due to those who do it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.mail.owed_mail import OwedMailQuerySet, send_mail_soon
from config.web.mail.wanted_mail import MailKind, people_who_want
from config.web.text.fields import CharField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.article import Article

_SEND = "articles.tasks.send_notice"
# Experts write several remarks in a row: one mail tells of all.
REMARKS_GATHER_FOR = timedelta(minutes=15)
OF_EXPERTS = [MailKind.REMARKED, MailKind.SIGNED_OFF]
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def publishers() -> "models.QuerySet[User]":
    """Everybody who may publish articles, superusers included."""
    return get_user_model().objects.with_perm("articles.publish_article", backend=_BACKEND)


def responsible(article: "Article", editors: "list[User]") -> "list[User]":
    """Of these editors those whom the article names as its own; all of them if it names none."""
    named = article.contributions.filter(part="editor").values_list("author__user", flat=True)
    own = set(named)
    return [person for person in editors if person.pk in own] or editors


def _editors_to_tell(article: "Article", kind: MailKind, by: "User | None" = None) -> "list[User]":
    others = publishers().exclude(pk=by.pk) if by else publishers()
    return responsible(article, people_who_want(kind, others))


class NoticeQuerySet(OwedMailQuerySet["Notice"]):
    def unsent(self) -> Self:
        return self.filter(mail_due_at__isnull=False)

    def follow_step(
        self, article: "Article", action: str, *, by: "User | None", reason: str = ""
    ) -> None:
        """Owe the mails about a step of an article, one of Revision.Action.

        What is owed of earlier steps is no news any more. A step that nobody took by hand, such as
        an import, is told to nobody. Call it in the transaction of the step.
        """
        self.filter(article=article).unsent().exclude(kind__in=OF_EXPERTS).delete()
        if by is None or action not in MailKind.values:
            return
        kind = MailKind(action)
        if kind == MailKind.SUBMITTED:
            self._owe(article, kind, _editors_to_tell(article, kind, by), by=by, reason=reason)
            return
        owners = article.owners().exclude(pk=by.pk)
        self._owe(article, kind, people_who_want(kind, owners), by=by, reason=reason)
        if kind == MailKind.SCHEDULED:
            # Nobody acts when its time comes: this mail waits for it.
            kind, time = MailKind.PUBLISHED, article.published_at
            self._owe(article, kind, people_who_want(kind, owners), by=by, due_at=time)

    def tell_of_expert(self, article: "Article", kind: MailKind, *, name: str) -> None:
        """Owe the editors the mail that the expert of this name wrote remarks or signed off.

        While a mail about remarks waits, it tells of further ones, too.
        """
        editors = _editors_to_tell(article, kind)
        if kind == MailKind.REMARKED:
            told = set(
                self.filter(article=article, kind=kind).unsent().values_list("user", flat=True)
            )
            untold = [person for person in editors if person.pk not in told]
            due_at = timezone.now() + REMARKS_GATHER_FOR
            self._owe(article, kind, untold, reason=name, due_at=due_at)
        else:
            self._owe(article, kind, editors, reason=name)

    def tell_of_stop(
        self,
        article: "Article",
        *,
        planned_by: "User | None",
        reason: str,
        by: "User | None" = None,
    ) -> None:
        """Owe who scheduled the article, and the editors, the mail that this cannot be done.

        Call it after the step. `by` is who caused it by a change, and knows.
        """
        kind = MailKind.SCHEDULE_STOPPED
        planner = get_user_model().objects.filter(pk=planned_by.pk) if planned_by else None
        people = {person.pk: person for person in _editors_to_tell(article, kind, by)}
        if planner is not None and planned_by != by:
            people |= {person.pk: person for person in people_who_want(kind, planner)}
        self._owe(article, kind, list(people.values()), by=by, reason=reason)

    def _owe(
        self,
        article: "Article",
        kind: MailKind,
        people: "list[User]",
        *,
        by: "User | None" = None,
        reason: str = "",
        due_at: datetime | None = None,
    ) -> None:
        told = {"article": article, "kind": kind, "by": by, "reason": reason[:300]}
        told["mail_due_at"] = due_at or timezone.now()
        for notice in self.bulk_create([self.model(user=person, **told) for person in people]):
            if due_at is None:
                send_mail_soon(_SEND, notice.pk)

    def owe_reminders(self, article: "Article", stage: str, people: "Iterable[User]") -> None:
        """Owe each person the mail of this stage about the article's next review, once."""
        told = {"article": article, "kind": MailKind.REVIEW_DUE, "stage": stage}
        told["review_by"] = article.review_by
        rows = [self.model(user=person, **told) for person in people]
        self.bulk_create(rows, ignore_conflicts=True)

    def claim_more_reminders(self, notice: "Notice") -> "list[Notice]":
        """This reminder and the others that are due to the same person, for one mail."""
        due = self._due_now().filter(user=notice.user_id, kind=MailKind.REVIEW_DUE)
        more = [self.claim_mail(pk) for pk in due.order_by("pk").values_list("pk", flat=True)[:500]]
        return [notice, *filter(None, more)]

    def forget_old(self, *, before: datetime) -> int:
        """Delete sent notices. A reminder stays until the article has another date."""
        sent = self.filter(created_at__lt=before, mail_due_at=None)
        is_over = ~Q(review_by=models.F("article__review_by")) | Q(article__review_by=None)
        return sent.filter(~Q(kind=MailKind.REVIEW_DUE) | is_over).delete()[0]


class Notice(models.Model):
    """One mail that is due to one person about one article."""

    class Stage(models.TextChoices):
        """Of a reminder: how far the next review is."""

        MONTH = "month", _("in a month")
        WEEK = "week", _("in a week")
        DUE = "due", _("due")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = CharField(max_length=20)  # one of MailKind
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = CharField(max_length=300, blank=True)  # of an expert: the name
    # Only of a reminder.
    review_by = models.DateField(null=True)
    stage = CharField(max_length=5, choices=Stage, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    mail_due_at = models.DateTimeField(null=True, default=timezone.now)  # None once it is sent
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "review_by", "stage", "user"],
                name="article_reminder_once",
                condition=Q(kind="review_due"),
            ),
            models.CheckConstraint(
                name="article_notice_known",
                condition=Q(kind="review_due", review_by__isnull=False)
                | Q(~Q(kind="review_due"), review_by__isnull=True, stage=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="article_notice_due",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind}: {self.user_id}"

    def is_true(self) -> bool:
        """Whether the news still holds."""
        match self.kind:
            case MailKind.SUBMITTED:
                return self.article.status == "in_review"
            case MailKind.RETURNED:
                return self.article.status == "draft"
            case MailKind.APPROVED:
                return self.article.status == "approved"
            case MailKind.SCHEDULED:
                return self.article.is_scheduled
            case MailKind.REMARKED:
                open_ones = {"remarks__isnull": False, "remarks__resolved_at": None}
                return self.article.expert_links.filter(**open_ones).exists()
            case MailKind.SIGNED_OFF:
                return self.article.expert_links.filter(sign_off__state="waiting").exists()
            case MailKind.SCHEDULE_STOPPED:
                return type(self.article).objects.stopped().filter(pk=self.article_id).exists()
            case MailKind.REVIEW_DUE if self.article.review_by != self.review_by:
                return False
        return self.article.is_published
