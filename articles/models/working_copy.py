from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models.content import Content, as_json, content_of, show, write
from articles.models.correction import Correction
from articles.models.notice import Notice
from articles.models.refusals import NotReady, WrongStatus
from articles.models.revision import Revision
from articles.models.scheduled_step import ChangeKind, ScheduledStep
from articles.publishing_errors import errors_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.article import Article

_Action = Revision.Action


class WithWorkingCopy(models.Model):
    """The part of Article that keeps what readers see apart from what is being written.

    The row and the rows below it are what readers see. The working copy of a public article is a
    revision that readers do not see yet; without one there are no unpublished changes. An article
    that is not public has none: its row is what people write.

    `self` is an Article, which mypy cannot know.
    """

    working_copy = models.ForeignKey(
        "articles.Revision", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    # What people write

    def edited_content(self: Any) -> Content:
        """The working copy, or without one the content of the row."""
        present = content_of(self)
        return present | self.working_copy.content if self.working_copy else present

    def with_working_copy(self: Any) -> "Article":
        """The article from the database, showing its working copy if it has one.

        For forms, checks and previews. The object must not be saved.
        """
        row = type(self)._base_manager.select_related("working_copy").get(pk=self.pk)
        if row.working_copy:
            show(row, row.edited_content())
        return row

    @transaction.atomic
    def save_content(
        self: Any,
        content: Content,
        *,
        by: "User | None",
        reason: str = "",
        action: str = _Action.SAVED,
    ) -> Revision | None:
        """Save what somebody wrote: in the working copy of a public article, else in the row.

        Returns the new revision, or None when nothing differs. A scheduled article that lost its
        text or its last author by it is scheduled no more: nobody looks at it again before its
        time. Those who planned it are told. Raises WrongStatus when somebody saved or published
        another working copy since this object was read.
        """
        draft = type(self)(pk=self.pk, body=content["body"])
        draft.make_text_ready([])
        content = content | {"body": draft.body, "status": self.status}
        content = self.with_next_review(content)
        if content == self.edited_content():
            return None
        if self.is_published:
            return self.save_working_copy(content, by=by, reason=reason, action=action)
        was_ready = self.is_scheduled and not errors_of(self)
        write(self, content)
        revision = Revision.record(self, action, by=by, reason=reason)
        if was_ready and (errors := errors_of(self)):
            said = " ".join(error.text for error in errors)
            planned = self.revisions.filter(action=_Action.SCHEDULED).first()
            self._step(
                {"approved"}, "approved", _Action.STOPPED, by=by, reason=said, published_at=None
            )
            planner = planned.by if planned else None
            Notice.objects.tell_of_stop(self, planned_by=planner, by=by, reason=said)
        return revision

    @transaction.atomic
    def save_working_copy(
        self: Any,
        content: Content,
        *,
        by: "User | None",
        reason: str = "",
        action: str = _Action.SAVED,
    ) -> Revision:
        """Keep this content as the working copy of a public article. Readers see no change.

        Raises WrongStatus as in save_content.
        """
        if self.working_copy_id and content == content_of(self):
            return self.discard_changes(by=by)
        values = {"by": by, "reason": reason[:300], "content": content}
        revision = Revision.objects.create(article=self, action=action, **values)
        self._move_working_copy(to=revision)
        return revision

    # What readers see

    @transaction.atomic
    def publish_changes(
        self: Any, *, by: "User | None", kind: str = ChangeKind.SUBSTANTIAL, note: str = ""
    ) -> None:
        """Show readers the working copy. `kind` is one of ChangeKind; `note` as in go_live.

        Raises WrongStatus when there is none or somebody changed it, and NotReady and OwnArticle
        as `publish` does.
        """
        self.refuse_own(by)
        revision = self.working_copy
        if revision is None:
            raise WrongStatus(_("There are no unpublished changes."))
        self._move_working_copy(to=revision)
        self.go_live(revision, by=by, kind=kind, note=note)

    def go_live(self: Any, revision: Revision, *, by: "User | None", kind: str, note: str) -> None:
        """Show readers this revision. Call it in a transaction that has locked the row.

        A substantial change moves “updated”. A correction adds `note` to the log of corrections.
        Later saves of the working copy stay unpublished.
        """
        if not self.is_published:
            raise WrongStatus(_("The article is not public."))
        content = content_of(self) | revision.content
        self._refuse_unready(content)
        if kind == ChangeKind.SUBSTANTIAL:
            content |= {"updated_at": as_json(timezone.now())}
        write(self, content)
        if kind == ChangeKind.CORRECTION:
            Correction.objects.create(article=self, text=note)
        if self.working_copy_id == revision.pk:
            self.working_copy = None
        for name, value in self.proposed_review(timezone.now()).items():
            setattr(self, name, value)
        self.save(update_fields=["working_copy", "review_by", "modified_at"])
        self.scheduled_steps.filter(kind=ScheduledStep.Kind.CHANGES).delete()
        Revision.record(self, _Action.CHANGED, by=by, reason=note)

    @transaction.atomic
    def discard_changes(self: Any, *, by: "User | None") -> Revision:
        """Forget the working copy; its text stays in the history. Raises WrongStatus."""
        if self.working_copy_id is None:
            raise WrongStatus(_("There are no unpublished changes."))
        self._move_working_copy(to=None)
        self.scheduled_steps.filter(kind=ScheduledStep.Kind.CHANGES).delete()
        return Revision.record(self, _Action.DISCARDED, by=by)

    # At a time to come

    @transaction.atomic
    def schedule_changes(
        self: Any,
        *,
        at: datetime,
        by: "User | None",
        kind: str = ChangeKind.SUBSTANTIAL,
        note: str = "",
    ) -> None:
        """Show readers the present working copy from `at` on. Raises as publish_changes does."""
        self.refuse_own(by)
        revision = self.working_copy
        if revision is None:
            raise WrongStatus(_("There are no unpublished changes."))
        self._refuse_past(at)
        self._move_working_copy(to=revision)
        self._refuse_unready(content_of(self) | revision.content)
        plan = {"revision": revision, "change_kind": kind, "note": note}
        self._schedule(ScheduledStep.Kind.CHANGES, at, by, **plan)

    @transaction.atomic
    def schedule_withdrawal(
        self: Any, *, at: datetime, by: "User | None", reason: str = "", notice: str = ""
    ) -> None:
        """Withdraw the public article at `at`. Raises WrongStatus."""
        self._refuse_past(at)
        public = type(self).objects.published().filter(pk=self.pk)
        if not public.update(modified_at=timezone.now()):
            raise WrongStatus(_("The article is not public."))
        self._schedule(ScheduledStep.Kind.WITHDRAWAL, at, by, note=reason, notice=notice)

    @transaction.atomic
    def call_off(self: Any, kind: str, *, by: "User | None") -> None:
        """Call off the scheduled step of this kind. Raises WrongStatus when there is none."""
        step = self.scheduled_steps.filter(kind=kind).first()
        # As in ScheduledStep.take: the article is locked before its step.
        type(self).objects.filter(pk=self.pk).update(modified_at=timezone.now())
        if step is None or not self.scheduled_steps.filter(pk=step.pk).delete()[0]:
            raise WrongStatus(_("This is already cancelled or done."))
        Revision.record(self, _Action.CALLED_OFF, by=by, reason=str(step))

    def _schedule(self: Any, kind: str, at: datetime, by: "User | None", **plan: Any) -> None:
        values = {"at": at, "by": by, **plan}
        ScheduledStep.objects.update_or_create(article=self, kind=kind, defaults=values)
        time = timezone.localtime(at).strftime("%Y-%m-%d %H:%M %Z")
        is_change = kind == ScheduledStep.Kind.CHANGES
        action = _Action.CHANGES_SCHEDULED if is_change else _Action.WITHDRAWAL_SCHEDULED
        reason = ": ".join(filter(None, [time, plan["note"]]))
        Revision.record(self, action, by=by, reason=reason)

    def _move_working_copy(self: Any, *, to: Revision | None) -> None:
        """Change the pointer if nobody else did. Raises WrongStatus. The row is locked then."""
        same = type(self).objects.published().filter(pk=self.pk, working_copy=self.working_copy_id)
        now = timezone.now()
        if not same.update(working_copy=to, modified_at=now):
            raise WrongStatus(
                _("Someone changed, published or withdrew the article. Open it again.")
            )
        self.working_copy, self.modified_at = to, now

    def _refuse_past(self: Any, at: datetime) -> None:
        if at <= timezone.now():
            raise WrongStatus(_("Choose a time in the future."))

    def _refuse_unready(self: Any, content: Content | None = None) -> None:
        """Raise NotReady when the row, or a content for it, lacks what readers need."""
        shown = self
        if content is not None:
            shown = type(self)(pk=self.pk)
            show(shown, content)
            others = type(self).objects.filter(slug=content["slug"]).exclude(pk=self.pk)
            if content["slug"] and others.exists():
                raise WrongStatus(_("Another article has the address “%s”.") % content["slug"])
        if errors := errors_of(shown):
            raise NotReady(errors)
