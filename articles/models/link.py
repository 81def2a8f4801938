from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField

# Days on which a link has to fail before it counts as broken: servers are away for a night.
TRIES = 3
NEXT_TRY = timedelta(days=1)
AFTER_SUCCESS = timedelta(days=30)
AFTER_BREAKING = timedelta(days=7)
OWN_AGAIN = timedelta(hours=1)
UNUSED_FOR = timedelta(days=7)

# What a link answered, in words. Others are a status of HTTP.
_ANSWERS = {
    "hidden": _("readers cannot see this page"),
    "name": _("there is no such site"),
    "time": _("no answer in time"),
    "connection": _("no connection"),
    "certificate": _("its security certificate is not valid"),
    "redirects": _("it redirects in a loop"),
    "forbidden": _("its address is not on the public internet"),
    "nonsense": _("its answer cannot be read"),
}


class LinkQuerySet(models.QuerySet["Link"]):
    def broken(self) -> Self:
        """Links that lead nowhere, on this site or on others."""
        return self.filter(state=Link.State.BROKEN)

    def failing(self) -> Self:
        """Links that led nowhere when they were asked last."""
        return self.filter(failing_since__isnull=False).order_by("address")

    def due(self, *, own: bool) -> Self:
        """Links to pages of this site, or else of others, that have to be checked now."""
        rows = self.filter(check_at__lte=timezone.now())
        return (rows.filter(host="") if own else rows.exclude(host="")).order_by("check_at", "pk")

    def note_own(self, *, are_dead: bool) -> None:
        """Note that these pages of this site are there for readers, or that they are not."""
        now = timezone.now()
        noted: dict[str, Any] = {"checked_at": now, "check_at": now + OWN_AGAIN}
        if are_dead:
            noted |= {"state": Link.State.BROKEN, "answer": "hidden"}
            noted["failing_since"] = Coalesce("failing_since", Value(now))
        else:
            noted |= {"state": Link.State.WORKS, "answer": "", "failing_since": None}
        self.update(**noted)

    def unused(self) -> Self:
        """Links that no article has any more. New ones may be those of a newsletter's issue."""
        is_used = Exists(LinkUse.objects.filter(link=OuterRef("pk")))
        return self.filter(~is_used, found_at__lt=timezone.now() - UNUSED_FOR)


class Link(models.Model):
    """An address that articles lead to, and what it answered when it was asked last."""

    class State(models.TextChoices):
        """UNCHECKED -> WORKS or FAILING, FAILING -> BROKEN on the third day; any -> WORKS."""

        UNCHECKED = "unchecked", _("not checked yet")
        WORKS = "works", _("works")
        FAILING = "failing", _("failed, will be checked again")
        BROKEN = "broken", _("broken")

    # /path on this site, else with http or https. It fits into an index: articles.links.addresses.
    address = CharField(_("address"), max_length=2000, unique=True)
    host = CharField(max_length=260, blank=True)  # "" is this site
    state = CharField(_("status"), max_length=9, choices=State, default=State.UNCHECKED)
    answer = CharField(_("answer"), max_length=11, blank=True)  # a key of _ANSWERS, or a status
    failures = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField(_("first seen"), default=timezone.now)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    checked_at = models.DateTimeField(_("last checked"), null=True)
    check_at = models.DateTimeField(default=timezone.now)  # next
    articles = models.ManyToManyField("articles.Article", through="LinkUse", related_name="links")

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = [F("failing_since").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                name="link_failing_has_time",
                condition=Q(state__in=["failing", "broken"], failing_since__isnull=False)
                | Q(state__in=["unchecked", "works"], failing_since__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["check_at"], name="link_check_at"),
            models.Index(
                F("failing_since").desc(nulls_last=True), F("id").desc(), name="link_failing"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def short(self) -> str:
        """The address without its scheme, cut for a line."""
        return Truncator(self.address.partition("://")[2] or self.address).chars(60)

    @property
    def said(self) -> str:
        """What it answered, in words."""
        if self.answer in _ANSWERS:
            return str(_ANSWERS[self.answer])
        if self.state == self.State.WORKS and self.answer:
            return gettext("it blocks automatic checks (%s)") % self.answer
        if self.answer in {"404", "410"}:
            return gettext("page not found (%s)") % self.answer
        return gettext("it answers with an error (%s)") % self.answer if self.answer else ""

    def works(self, answer: str = "") -> None:
        """Note that the site answered. `answer` is the status, if that was no plain success."""
        again = AFTER_SUCCESS
        self._note(self.State.WORKS, answer, failures=0, failing_since=None, again=again)

    def fails(self, answer: str) -> None:
        """Note that the link led nowhere; it counts as broken after TRIES on different days."""
        failures = min(self.failures + 1, TRIES)
        is_broken = failures == TRIES
        self._note(
            self.State.BROKEN if is_broken else self.State.FAILING,
            answer,
            failures=failures,
            failing_since=self.failing_since or timezone.now(),
            again=AFTER_BREAKING if is_broken else NEXT_TRY,
        )

    def _note(self, state: str, answer: str, *, again: timedelta, **fields: Any) -> None:
        now = timezone.now()
        fields |= {"state": state, "answer": answer, "checked_at": now, "check_at": now + again}
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))


class LinkUseQuerySet(models.QuerySet["LinkUse"]):
    def broken(self) -> Self:
        """Uses of links that lead nowhere in articles that readers see, the newest first."""
        from articles.models.article import Article

        public = Article.objects.published().filter(pk=OuterRef("article"))
        # The second condition says nothing new, but it lets the index end where nothing fails.
        rows = self.filter(Exists(public), link__state=Link.State.BROKEN)
        rows = rows.filter(link__failing_since__isnull=False)
        return rows.order_by(F("link__failing_since").desc(nulls_last=True), "-link", "article")


class LinkUse(models.Model):
    """An article has a link: in its text, its working copy or its references."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="link_uses")
    link = models.ForeignKey(Link, models.CASCADE, related_name="uses")

    objects = LinkUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "link"], name="link_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.link_id}"


class LinkReading(models.Model):
    """The links of an article were read when it had been saved at this time."""

    article = models.OneToOneField(
        "articles.Article", models.CASCADE, primary_key=True, related_name="link_reading"
    )
    saved_at: models.DateTimeField[Any, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.article_id)
