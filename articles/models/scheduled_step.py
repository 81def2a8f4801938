"""Steps of public articles that are taken by themselves at a time: changes, and withdrawals.

The worker looks once a second for what is due. So does the first request for a public page after
the time (config/page_deadlines.py), so that a worker that is late or gone delays nothing. Whoever
comes first takes the step: it locks the article, or passes it by while somebody else holds it.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.notice import Notice
from articles.models.refusals import StepRefused
from articles.models.revision import Revision
from config.web.text.fields import CharField, TextField

if TYPE_CHECKING:
    pass


class ChangeKind(models.TextChoices):
    """What readers are told of changes to a public article."""

    SUBSTANTIAL = "substantial", _("A change in content: readers see a new “updated” date")
    SPELLING = "spelling", _("Spelling or style: the dates stay the same")
    CORRECTION = "correction", _("A correction: it is added to the list of corrections")


class ScheduledStep(models.Model):
    """One step of an article at a time to come. It is deleted when it is taken or called off."""

    class Kind(models.TextChoices):
        CHANGES = "changes", _("Publish changes")
        WITHDRAWAL = "withdrawal", _("Withdraw")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="scheduled_steps")
    kind = CharField(_("step"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    # What goes live: later saves of the working copy do not slip in.
    revision = models.ForeignKey("articles.Revision", models.CASCADE, null=True, related_name="+")
    change_kind = CharField(max_length=11, choices=ChangeKind, blank=True)
    # Of a correction the entry for readers, of a withdrawal the reason for the history.
    note = TextField(max_length=2000, blank=True)
    notice = TextField(max_length=1000, blank=True)  # of a withdrawal, for readers

    class Meta:
        verbose_name = _("scheduled step")
        verbose_name_plural = _("scheduled steps")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "kind"], name="scheduled_step_unique"),
            models.CheckConstraint(
                name="scheduled_step_known",
                condition=Q(kind="changes", revision__isnull=False)
                | Q(kind="withdrawal", revision__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["at"], name="scheduled_step_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @transaction.atomic
    def take(self) -> bool:
        """Take the step if it is due and nobody else does so. False when it was passed by."""
        articles = type(self.article).objects.select_for_update(skip_locked=True, no_key=True)
        article = articles.filter(pk=self.article_id).first()
        if article is None:
            return False
        due = ScheduledStep.objects.filter(pk=self.pk, at__lte=timezone.now())
        if not due.delete()[0]:
            return False
        try:
            with transaction.atomic():
                if self.kind == self.Kind.WITHDRAWAL:
                    article.withdraw(by=self.by, reason=self.note, notice=self.notice)
                elif self.revision is not None:
                    article.go_live(
                        self.revision, by=self.by, kind=self.change_kind, note=self.note
                    )
        except (StepRefused, DataError, IntegrityError) as problem:
            reason = str(problem)
            if not isinstance(problem, StepRefused):
                reason = gettext("The content could not be saved.")
                reason = f"{self.get_kind_display()}: {reason}"
            Revision.record(article, Revision.Action.STOPPED, by=None, reason=reason)
            Notice.objects.tell_of_stop(article, planned_by=self.by, reason=reason)
        return True


def take_due_steps() -> None:
    """Take the steps whose time has come. Any number of processes may call it at once."""
    due = ScheduledStep.objects.filter(at__lte=timezone.now())
    for step in due.select_related("article", "revision", "by"):
        step.take()
