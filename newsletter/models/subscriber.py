"""Subscribers with the evidence of their consent (GDPR Art. 7(1))."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from config.web.database.at_once import change, run_at_once
from config.web.mail.owed_mail import MAIL_TRIES, send_mail_soon
from config.web.requests.throttle import Limit
from config.web.text.addresses import mailbox
from config.web.text.fields import CharField, EmailField, TextField
from newsletter.models.consent_event import ConsentEvent
from newsletter.models.suppression import Suppression
from newsletter.querysets import SubscriberQuerySet

# A stranger who types an address into the box must not be able to fill its mailbox.
PAUSE_BETWEEN_ANSWERS = timedelta(hours=1)
ANSWERS_A_DAY = 3
# One limit for all +tag spellings of one mailbox. Its owner may subscribe each of them.
MAILBOX_HOURLY = Limit("newsletter.mailbox.hour", times=1, period=PAUSE_BETWEEN_ANSWERS)
MAILBOX_DAILY = Limit("newsletter.mailbox.day", times=ANSWERS_A_DAY, period=timedelta(days=1))
# Answers of the whole site. Those beyond it wait for a later hour, so that a flood only delays
# mail.
ANSWERS_AN_HOUR = Limit("signup-site", 1000, timedelta(hours=1))

_SEND_CONFIRMATION = "newsletter.tasks.send_confirmation"


class Subscriber(models.Model):
    class Status(models.TextChoices):
        """Where a subscription stands, and the steps between.

        PENDING -> CONFIRMED (confirm) PENDING | CONFIRMED | BOUNCED -> UNSUBSCRIBED (unsubscribe)
        UNSUBSCRIBED | BOUNCED -> PENDING (request again) BOUNCED and COMPLAINED come from the mail
        provider's reports. An address that complained, or whose owner asked never to be written to
        (Suppression), gets no more mail, not even a link to confirm by.
        """

        PENDING = "pending", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        BOUNCED = "bounced", _("Bounced")
        COMPLAINED = "complained", _("Complained")

    class Frequency(models.TextChoices):
        """What somebody gets: newsletter/querysets.py says which kinds of issues that are."""

        EVERY = "every", _("Every issue")
        ARTICLES = "articles", _("Each new article on my topics, at once")
        WEEKLY = "weekly", _("Once a week: a digest of new articles")

    email = EmailField(_("email address"), max_length=254)
    status = CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    # Evidence of consent: on which page, in which words and when somebody asked, and who confirmed.
    requested_at = models.DateTimeField(_("requested"))
    consent_wording = TextField(_("wording shown"))
    consent_page = CharField(_("page"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)
    # What the reader chose. No topics: all of them.
    frequency = CharField(
        _("how often"),
        max_length=8,
        choices=Frequency,
        default=Frequency.EVERY,
        db_default=Frequency.EVERY,
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")
    # What a pending request chose in the signup box. A stranger may have: it holds from the
    # confirmation on.
    topics_asked = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False
    )
    # The subscription of another address that ends when this one is confirmed.
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    # When the mail that this row owes is due. A task sends it; a sweep finds what a killed task
    # left.
    mail_due_at = models.DateTimeField(_("email due"), null=True, blank=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    # When the latest requests were answered by mail, oldest first. Limits by it are exact: two
    # fixed windows would let twice as many mails through around their border.
    answered_at = ArrayField(models.DateTimeField(), default=list, blank=True, editable=False)

    _CAN_LEAVE = [Status.PENDING, Status.CONFIRMED, Status.BOUNCED]
    _REQUEST_FIELDS: tuple[str, ...] = (
        "status",
        "requested_at",
        "consent_wording",
        "consent_page",
        "mail_due_at",
        "mail_attempts",
        "answered_at",
        "replaces",
        "topics_asked",
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-requested_at", "-pk"]
        permissions = [("export_subscriber", _("Can export subscribers"))]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_email_unique"),
            models.CheckConstraint(
                name="subscriber_status_known",
                condition=Q(
                    status__in=["pending", "confirmed", "unsubscribed", "bounced", "complained"]
                ),
            ),
            models.CheckConstraint(
                name="subscriber_frequency_known",
                condition=Q(frequency__in=["every", "articles", "weekly"]),
            ),
            models.CheckConstraint(
                name="subscriber_confirmed_has_time",
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="subscriber_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
            models.Index(F("requested_at").desc(), F("id").desc(), name="subscriber_newest"),
            # Parts of addresses, as the admin searches them.
            GinIndex(
                OpClass(Upper("email"), "gin_trgm_ops"),
                name="subscriber_email_part",
                fastupdate=False,
            ),
            # Gained and lost by week.
            models.Index(
                fields=["confirmed_at"],
                name="subscriber_gained",
                condition=Q(confirmed_at__isnull=False),
            ),
            models.Index(
                fields=["unsubscribed_at"],
                name="subscriber_lost",
                condition=Q(unsubscribed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_confirmed(self) -> bool:
        """Twin of SubscriberQuerySet.confirmed()."""
        return self.status == self.Status.CONFIRMED

    @property
    def may_leave(self) -> bool:
        """Whether the address can be unsubscribed."""
        return self.status in self._CAN_LEAVE

    @property
    def mail_given_up(self) -> bool:
        """Whether the mail failed so often that no worker tries it again."""
        return self.mail_due_at is not None and self.mail_attempts >= MAIL_TRIES

    def may_be_answered(self, now: datetime) -> bool:
        """Whether a request gets a mail: an address gets at most one an hour and three a day."""
        if self.status == self.Status.COMPLAINED:
            return False
        if self.answered_at and now - self.answered_at[-1] < PAUSE_BETWEEN_ANSWERS:
            return False
        last_day = [at for at in self.answered_at if now - at < timedelta(days=1)]
        return len(last_day) < ANSWERS_A_DAY

    def request(
        self,
        *,
        wording: str,
        page: str,
        topics: Sequence[Topic] = (),
        replaces: "Subscriber | None" = None,
    ) -> None:
        """Note a request for this locked row, and owe it a mail within the limits.

        `topics` are taken over when it is confirmed. `replaces` is the subscription of a reader who
        wants the newsletter at this address instead.

        Beyond the limits the row keeps its values, and the link of the mail before stays good. The
        row is saved and each limit asked either way, so that both ways take the same time.
        """
        now = timezone.now()
        may = self._owe_mail(now)
        if may and not self.is_confirmed:  # the evidence of a standing consent is kept
            self.status, self.requested_at = self.Status.PENDING, now
            self.consent_wording, self.consent_page = wording, page
            self.replaces, self.topics_asked = replaces, [topic.pk for topic in topics]
        names = "; ".join(sorted(topic.name for topic in topics))
        what = {"wording": wording, "page": page, "detail": names}
        event = ConsentEvent.objects.to_add(self.pk, "asked", now, **what, only_if=may)
        run_at_once(change(self, self._REQUEST_FIELDS), event)
        send_mail_soon(_SEND_CONFIRMATION, self.pk)

    def _owe_mail(self, now: datetime) -> bool:
        """Set when a mail is due, and return whether one is. Asks each limit either way."""
        turn, suppressed = run_at_once(
            ANSWERS_AN_HOUR.to_turn(""), Suppression.objects.to_ask(self.email)
        )
        may = self.may_be_answered(now) and not suppressed
        for limit in (MAILBOX_HOURLY, MAILBOX_DAILY):
            may = limit.allows(mailbox(self.email), step=int(may)) and may
        if may:
            self.answered_at = [*self.answered_at, now][-ANSWERS_A_DAY:]
            self.mail_due_at, self.mail_attempts = turn, 0
        return may

    @transaction.atomic
    def choose(
        self, *, frequency: str, topics: Collection[Topic], paused_until: datetime | None
    ) -> None:
        """Note what the reader wants, how often, and from when."""
        self.frequency, self.paused_until = frequency, paused_until
        self.save(update_fields=["frequency", "paused_until"])
        self.topics.set(topics)
        said = [self.get_frequency_display(), *sorted(topic.name for topic in topics)]
        if paused_until:
            said.append(f"paused until {paused_until:%Y-%m-%d}")
        detail = "; ".join(map(str, said))
        ConsentEvent.objects.add(self.pk, "changed", timezone.now(), detail=detail)

    @transaction.atomic
    def confirm(self) -> bool:
        """Confirm this request. False when it is confirmed already, or was ended or replaced."""
        now = timezone.now()
        same_request = Subscriber.objects.filter(
            pk=self.pk, status=self.Status.PENDING, requested_at=self.requested_at
        )
        changed = same_request.update(
            status=self.Status.CONFIRMED, confirmed_at=now, mail_due_at=now, mail_attempts=0
        )
        if changed:
            # The address works again.
            given_up = Suppression.objects.of([self.email])
            given_up.filter(reason__in=Suppression.YIELDING).delete()
            ConsentEvent.objects.add(self.pk, "confirmed", now)
            if self.topics_asked:
                self.topics.set(Topic.objects.filter(pk__in=self.topics_asked))
            self._take_over()
            send_mail_soon(_SEND_CONFIRMATION, self.pk)
        self.refresh_from_db()
        return bool(changed)

    def _take_over(self) -> None:
        """Take the choices of the subscription that this address replaces, and end that one."""
        former = self.replaces
        if former is None or not former.is_confirmed:
            return
        Subscriber.objects.filter(pk=self.pk).update(
            frequency=former.frequency, paused_until=former.paused_until, replaces=None
        )
        self.topics.set(former.topics.all())
        former.unsubscribe()

    def bounce(self) -> bool:
        """End the subscription of an address that does not take mail. False when it had ended."""
        return self._end(self.Status.BOUNCED, "bounced", of=[self.Status.CONFIRMED])

    def suppress(self, reason: str) -> bool:
        """Never write to this address again, whatever is asked for it and even when it is erased.

        `reason` is one of Suppression.Reason: "complained" or "asked".
        """
        complained = reason == Suppression.Reason.COMPLAINED
        status = self.Status.COMPLAINED if complained else self.Status.UNSUBSCRIBED
        # A complaint stays one.
        others = set(self.Status) - {self.Status.COMPLAINED}
        return self._end(status, reason, of=others)

    @transaction.atomic
    def allow_mail(self) -> None:
        """Take back that the owner asked never to be written to. The subscription stays ended."""
        asked = Suppression.objects.of([self.email]).filter(reason=Suppression.Reason.ASKED)
        if asked.delete()[0]:
            ConsentEvent.objects.add(
                self.pk, "changed", timezone.now(), detail="mail allowed again"
            )

    @transaction.atomic
    def _end(self, status: str, reason: str, *, of: Collection[Status]) -> bool:
        now = timezone.now()
        ending = Subscriber.objects.filter(pk=self.pk, status__in=of).exclude(status=status)
        left_at = Coalesce("unsubscribed_at", Value(now))
        changed = ending.update(status=status, unsubscribed_at=left_at, mail_due_at=None)
        if changed or reason != Suppression.Reason.BOUNCED:
            Suppression.objects.add_address(self.email, reason=reason)
        if changed:
            ConsentEvent.objects.add(self.pk, "left", now, detail=reason)
        self.refresh_from_db()
        return bool(changed)

    @transaction.atomic
    def unsubscribe(self) -> bool:
        """Stop all mail to this address. False when it had stopped already."""
        now = timezone.now()
        changed = Subscriber.objects.filter(pk=self.pk, status__in=self._CAN_LEAVE).update(
            status=self.Status.UNSUBSCRIBED, unsubscribed_at=now, mail_due_at=None
        )
        if changed:
            ConsentEvent.objects.add(self.pk, "left", now)
        self.refresh_from_db()
        return bool(changed)
