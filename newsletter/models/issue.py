"""An issue of the newsletter, from its draft to the last mail."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from config.web.text.fields import CharField, EmailField, JSONField, ShortTextField, TextField
from newsletter.models.subscriber import Subscriber
from newsletter.querysets import IssueQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from newsletter.sending.body import Body

# So many subscribers are looked at in one transaction: a quarter of a second.
FILL_BATCH = 10_000


class WrongStatus(Exception):
    """The step is not possible in the present status. The message says why."""


class Issue(models.Model):
    class Status(models.TextChoices):
        """DRAFT -> SCHEDULED (schedule) -> SENDING (start) -> SENT (finish).

        SCHEDULED -> LATE (when its time has passed by too much: a person decides) SCHEDULED | LATE
        -> DRAFT (take_back) SENDING -> PAUSED (pause) -> SENDING (resume) all but DRAFT and SENT ->
        CANCELLED (cancel) SENT -> SENDING (send_doubtful)
        """

        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        LATE = "late", _("Late: send or cancel")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        """Who gets it: newsletter/querysets.py has the frequencies that each kind is for."""

        ISSUE = "issue", _("An issue")
        DIGEST = "digest", _("A digest of new articles")
        ARTICLE = "article", _("One new article")

    subject = CharField(_("subject"), max_length=200)
    preheader = CharField(
        _("preview text"),
        max_length=200,
        blank=True,
        help_text=_("Email programs show it next to the subject."),
    )
    intro = TextField(_("introduction"), blank=True)
    sender_name = CharField(
        _("sender's name"),
        max_length=100,
        blank=True,
        help_text=_("Leave empty to use the name of the publication."),
    )
    reply_to = EmailField(
        _("reply-to address"), blank=True, help_text=_("Leave empty to use the sender's address.")
    )
    kind = CharField(
        _("kind"), max_length=7, choices=Kind, default=Kind.ISSUE, db_default=Kind.ISSUE
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("topics"),
        blank=True,
        related_name="+",
        help_text=_(
            "Send only to subscribers who chose these topics or a topic that includes them, or who"
            " chose none. Leave empty to send to everyone."
        ),
    )
    # What a program made it for, such as "digest 2026-11-30": a second worker finds it taken.
    occasion = CharField(max_length=40, null=True, editable=False)
    status = CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    send_at = models.DateTimeField(_("send at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    # The last time that a worker looked after it. After LATE_AFTER nothing is sent by itself.
    active_at = models.DateTimeField(null=True, editable=False)
    # Why it was paused or is late, for editors.
    note = ShortTextField(_("note"), max_length=500, blank=True, editable=False)
    # What is sent, with places for what differs between subscribers (newsletter/sending/body.py).
    html = TextField(blank=True, editable=False)
    text = TextField(blank=True, editable=False)
    # Deliveries are made in batches, by the ids of subscribers: `last_subscriber` is the last one
    # of the start, and those up to `filled_up_to` have theirs.
    last_subscriber = models.BigIntegerField(default=0, db_default=0, editable=False)
    filled_up_to = models.BigIntegerField(default=0, db_default=0, editable=False)
    # Message ids are signed with it: a database that is filled anew has other ids.
    key = models.UUIDField(default=uuid4, editable=False)
    # Numbers by status, counted now and then: a million rows are not counted for each page.
    counts = JSONField(default=dict, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    modified_at = models.DateTimeField(_("saved"), auto_now=True)
    # The mail to editors about the note.
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[IssueQuerySet] = IssueQuerySet.as_manager()  # type: ignore[assignment]

    _STARTABLE = [Status.DRAFT, Status.SCHEDULED, Status.LATE]
    _ENDABLE = [Status.SCHEDULED, Status.LATE, Status.SENDING, Status.PAUSED]

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-created_at", "-pk"]
        permissions = [("send_issue", _("Can send issues"))]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="issue_key_unique"),
            models.UniqueConstraint(fields=["occasion"], name="issue_occasion_unique"),
            models.CheckConstraint(
                name="issue_kind_known", condition=Q(kind__in=["issue", "digest", "article"])
            ),
            models.CheckConstraint(
                name="issue_status_known",
                condition=Q(
                    status__in=[
                        "draft", "scheduled", "late", "sending", "paused", "sent", "cancelled"
                    ]
                ),
            ),
            models.CheckConstraint(
                name="issue_scheduled_has_time",
                condition=~Q(status__in=["scheduled", "late"]) | Q(send_at__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_started_has_text",
                condition=~Q(status__in=["sending", "paused", "sent"])
                | (Q(started_at__isnull=False) & ~Q(html="") & ~Q(text="")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["send_at"],
                name="issue_to_send",
                condition=Q(status__in=["scheduled", "sending"]),
            ),
            models.Index(
                F("started_at").desc(),
                F("id").desc(),
                name="issue_archived",
                condition=Q(status__in=["sending", "paused", "sent"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("newsletter:archived_issue", args=[self.pk])

    @property
    def may_be_edited(self) -> bool:
        """Whether its text can still be changed."""
        return self.status in self._STARTABLE

    @property
    def is_filled(self) -> bool:
        """Whether all its deliveries are made. Twin of IssueQuerySet.unfilled()."""
        return self.filled_up_to >= self.last_subscriber

    def schedule(self, *, by: "User | None", at: datetime) -> None:
        """Let it be sent at a time; one that has passed means now."""
        self._step(
            "schedule", self.Status.SCHEDULED, of=self._STARTABLE, by=by,
            send_at=max(at, timezone.now()), note="",
        )  # fmt: skip

    def take_back(self, *, by: "User | None") -> None:
        """Make a scheduled issue a draft again."""
        waiting = [self.Status.SCHEDULED, self.Status.LATE]
        self._step("take_back", self.Status.DRAFT, of=waiting, by=by, send_at=None, note="")

    def start(self, *, by: "User | None", body: "Body") -> None:
        """Begin to send it to all who are confirmed now; the first deliveries are made at once.

        `body` is what all of them get. A later change of an article changes no mail. Raises
        WrongStatus when somebody else has started it, or taken it back.
        """
        now = timezone.now()
        last = Subscriber.objects.aggregate(pk=Max("pk"))["pk"] or 0
        with transaction.atomic():
            self._step(
                "start", self.Status.SENDING, of=self._STARTABLE, by=by, note="",
                started_at=now, active_at=now, html=body.html, text=body.text, last_subscriber=last,
            )  # fmt: skip
            self.fill()

    @transaction.atomic
    def fill(self) -> bool:
        """Make the next deliveries of an issue that is being sent. False when it made none.

        They are made in the order of subscribers' ids, and the place is kept in the same
        transaction: after a killed worker the next one goes on there.
        """
        unfilled = Issue.objects.sending().unfilled().filter(pk=self.pk)
        # Another worker is at it, if the row is locked.
        mine = unfilled.select_for_update(skip_locked=True, no_key=True).first()
        if mine is None:
            return False
        left = Subscriber.objects.filter(pk__gt=mine.filled_up_to, pk__lte=mine.last_subscriber)
        ends = left.order_by("pk").values_list("pk", flat=True)[FILL_BATCH - 1 : FILL_BATCH]
        self.filled_up_to = next(iter(ends), mine.last_subscriber)
        Issue.objects.make_deliveries(mine, until=self.filled_up_to)
        self.save(update_fields=["filled_up_to"])
        return True

    def pause(self, *, by: "User | None") -> None:
        self._step("pause", self.Status.PAUSED, of=[self.Status.SENDING], by=by, note="")

    def pause_by_itself(self, reason: str) -> bool:
        """Stop sending, and owe editors a mail. False when it is not being sent any more."""
        sending = [self.Status.SENDING]
        with suppress(WrongStatus):  # another worker or an editor was first
            self._step(
                "pause",
                self.Status.PAUSED,
                of=sending,
                by=None,
                reason=reason,
                **self._told(reason),
            )
            return True
        return False

    def be_late(self) -> None:
        """Ask editors about a scheduled issue whose time has passed by too much."""
        said = gettext("This issue could not be sent when it was due. Send it now, or cancel it.")
        self._step(
            "late", self.Status.LATE, of=[self.Status.SCHEDULED], by=None, **self._told(said)
        )

    def resume(self, *, by: "User | None") -> None:
        now = timezone.now()
        paused = [self.Status.PAUSED]
        self._step("resume", self.Status.SENDING, of=paused, by=by, active_at=now, note="")

    def cancel(self, *, by: "User | None") -> None:
        """End it for good. What was handed over is sent; nobody else gets it."""
        with transaction.atomic():
            self._step(
                "cancel", self.Status.CANCELLED, of=self._ENDABLE, by=by, finished_at=timezone.now()
            )
            self.count()

    def send_doubtful(self, *, by: "User | None") -> None:
        """Send again what is in doubt, under the same message ids."""
        now = timezone.now()
        with transaction.atomic():
            ended = [self.Status.SENT, self.Status.SENDING, self.Status.PAUSED]
            self._step(
                "send_doubt", self.Status.SENDING, of=ended, by=by, active_at=now, finished_at=None
            )
            self.deliveries.filter(status="in_doubt").update(
                status="waiting", begun_at=None, claim=None, due_at=now
            )

    def alarm(self, note: str) -> None:
        """Tell editors by mail, unless an earlier note still stands."""
        Issue.objects.filter(pk=self.pk, note="").update(**self._told(note))

    def finish(self) -> bool:
        """Note that nothing waits any more. False while something does, or when it was paused."""
        if not self.is_filled or self.deliveries.filter(status="waiting").exists():
            return False
        try:
            # In one transaction: nobody counts again after a worker that was killed here.
            with transaction.atomic():
                self._step(
                    "finish", self.Status.SENT, of=[self.Status.SENDING], by=None,
                    finished_at=timezone.now(),
                )  # fmt: skip
                self.count()
        except WrongStatus:  # another worker was first
            return False
        return True

    def count(self) -> None:
        """Count its deliveries by status, and keep the numbers."""
        Issue.objects.filter(pk=self.pk).update(
            counts=self.deliveries.all().numbers(), counted_at=timezone.now()
        )
        self.refresh_from_db(fields=["counts", "counted_at"])

    def _told(self, note: str) -> dict[str, Any]:
        """Columns that show a note to editors and owe them a mail."""
        return {"note": note[:500], "mail_due_at": timezone.now(), "mail_attempts": 0}

    @transaction.atomic
    def _step(
        self, action: str, to: str, *, of: list[Any], by: "User | None", reason: str = "",
        **values: Any,
    ) -> None:  # fmt: skip
        """Change the status, unless it is another one by now. Raises WrongStatus."""
        issue = Issue.objects.filter(pk=self.pk)
        changed = issue.filter(status__in=of).update(
            status=to, modified_at=timezone.now(), **values
        )
        self.refresh_from_db()
        if not changed:
            said = gettext("Not possible, because “%(subject)s” has the status “%(status)s”.")
            raise WrongStatus(said % {"subject": self.subject, "status": self.get_status_display()})
        self.steps.create(action=action, by=by, at=timezone.now(), reason=reason)


def late_after() -> timedelta:
    """How long after its time an issue is still sent by itself."""
    return timedelta(hours=settings.NEWSLETTER_LATE_AFTER)
