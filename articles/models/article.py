from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.content import write
from articles.models.contribution import Contribution
from articles.models.former_slug import remember_former_slug, unique_slug
from articles.models.handing_over import DESK_INDEXES, WithHandingOver
from articles.models.image import Image
from articles.models.language import LANGUAGE_IS_A_TAG, WithLanguage
from articles.models.refusals import WrongStatus
from articles.models.revision import Revision
from articles.models.working_copy import WithWorkingCopy
from articles.pictures.figure_sizes import with_figure_sizes, with_renditions
from articles.querysets import IS_OR_WILL_BE_PUBLIC, PUBLIC_STATUSES, ArticleQuerySet
from articles.rich_text import clean_html, derive
from config.web.moments import by_now, not_to_come
from config.web.site import address_of
from config.web.text.fields import CharField, JSONField, SlugField, TextField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models.author import Author

_DERIVED = ["body", "body_html", "contents", "word_count", "reading_minutes", "plain_text", "slug"]
_NOT_WITHDRAWN: dict[str, Any] = {"withdrawn_at": None, "withdrawal_notice": ""}
_NOT_PUBLISHED = {"draft", "in_review", "approved", "withdrawn"}


class Article(WithHandingOver, WithWorkingCopy, WithLanguage):
    class Status(models.TextChoices):
        """Legal steps:

        DRAFT -> IN_REVIEW (submit), IN_REVIEW | APPROVED | WITHDRAWN -> DRAFT (send_back),
        DRAFT | IN_REVIEW -> APPROVED (approve),
        any but PUBLISHED -> APPROVED with a time (schedule),
        any but PUBLISHED -> PUBLISHED (publish),
        APPROVED with a time | PUBLISHED -> WITHDRAWN (withdraw).

        Scheduled is APPROVED with `published_at`. When that time comes, the article is public, and
        nobody has to do anything. Changes of a public article and its withdrawal are scheduled as
        ScheduledStep.
        """

        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    title = CharField(_("title"), max_length=200)
    slug = SlugField(
        _("slug"),
        max_length=220,
        unique=True,
        blank=True,
        help_text=_(
            "Part of the address. Leave empty to make it from the title. Old addresses redirect."
        ),
    )
    standfirst = TextField(
        _("standfirst"),
        blank=True,
        max_length=600,
        help_text=_("One or two sentences under the title."),
    )
    topic = models.ForeignKey(
        "articles.Topic",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("topic"),
    )
    authors = models.ManyToManyField(
        "articles.Author", through="Contribution", related_name="articles"
    )
    hero = models.ForeignKey(
        "articles.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hero_articles",
        verbose_name=_("hero image"),
    )
    body = TextField(_("text"), blank=True)
    key_takeaways = ArrayField(
        CharField(max_length=300), verbose_name=_("key takeaways"), default=list, blank=True
    )
    disclosure = TextField(
        _("disclosure"),
        blank=True,
        max_length=1000,
        help_text=_("Sponsorship or conflict of interest. Shown under the byline."),
    )

    status = CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        blank=True,
        validators=[not_to_come],
        help_text=_("The last change that matters to readers, not a corrected comma."),
    )
    reviewed_at = models.DateField(_("reviewed"), null=True, blank=True, validators=[not_to_come])
    review_by = models.DateField(_("next review due"), null=True, blank=True)

    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    # Why it was withdrawn, for readers.
    withdrawal_notice = TextField(
        blank=True, max_length=1000, default="", db_default="", editable=False
    )

    # The time at which an editor put it among the editors' picks.
    picked_at = models.DateTimeField(_("picked"), null=True, blank=True, editable=False)

    comments_open = models.BooleanField(_("comments open"), default=True)
    comments_close_at = models.DateTimeField(_("comments close on"), null=True, blank=True)

    # Made from the text when it is saved, so that no request has to make them.
    body_html = TextField(editable=False, blank=True)
    contents = JSONField(editable=False, default=list)
    plain_text = TextField(editable=False, blank=True)
    word_count = models.PositiveIntegerField(_("words"), editable=False, default=0)
    reading_minutes = models.PositiveSmallIntegerField(_("reading time"), editable=False, default=1)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    modified_at = models.DateTimeField(_("last saved"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-modified_at", "-pk"]
        permissions = [
            ("publish_article", _("Can publish, schedule and withdraw articles")),
            ("edit_any_article", _("Can see and edit all articles")),
        ]
        constraints = [
            LANGUAGE_IS_A_TAG,
            models.CheckConstraint(
                name="article_published_has_time",
                condition=~Q(status__in=["published", "withdrawn"]) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_draft_has_no_time",
                condition=~Q(status__in=["draft", "in_review"]) | Q(published_at__isnull=True),
            ),
            models.CheckConstraint(
                name="article_withdrawn_has_time",
                condition=~Q(status="withdrawn") | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_with_working_copy_is_public",
                condition=Q(working_copy__isnull=True) | Q(status__in=PUBLIC_STATUSES),
            ),
            models.CheckConstraint(
                name="article_status_known",
                condition=Q(
                    status__in=["draft", "in_review", "approved", "published", "withdrawn"]
                ),
            ),
        ]
        indexes = [
            *DESK_INDEXES,
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="article_public",
                condition=IS_OR_WILL_BE_PUBLIC,
            ),
            models.Index(
                F("topic"),
                F("published_at").desc(),
                F("id").desc(),
                name="article_public_topic",
                condition=IS_OR_WILL_BE_PUBLIC,
            ),
            models.Index(
                F("picked_at").desc(),
                F("id").desc(),
                name="article_picked",
                condition=Q(picked_at__isnull=False),
            ),
            models.Index(
                F("comments_close_at"),
                name="article_comments_close",
                condition=Q(comments_close_at__isnull=False),
            ),
            # The last change in a file of the sitemap, and of a topic.
            models.Index(
                (F("id") - 1) / 10_000,
                Greatest("published_at", "updated_at").desc(),
                name="article_file_changed",
                condition=IS_OR_WILL_BE_PUBLIC,
            ),
            models.Index(
                F("topic"),
                Greatest("published_at", "updated_at").desc(),
                name="article_topic_changed",
                condition=IS_OR_WILL_BE_PUBLIC,
            ),
            # The list of the admin, and the years above it.
            models.Index(F("modified_at").desc(), F("id").desc(), name="article_last_saved"),
            models.Index(F("published_at"), name="article_published_at"),
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic(savepoint=False)  # a new slug is held until it is saved
    def save(self, *args: Any, **kwargs: Any) -> None:
        update_fields = kwargs.get("update_fields")
        if update_fields is None or {"body", "title", "slug"} & set(update_fields):
            self.slug = self.slug or unique_slug(Article, self.title, "article")
            remember_former_slug(self, "article")
            numbers = list(self.references.values_list("number", flat=True)) if self.pk else []
            self.make_text_ready(numbers)
            if update_fields is not None:
                kwargs["update_fields"] = {*update_fields, *_DERIVED}
        super().save(*args, **kwargs)

    def make_text_ready(self, reference_numbers: Collection[int]) -> None:
        """Clean the text, and make from it all that pages and the search use."""
        self.body = with_figure_sizes(clean_html(self.body), Image.objects.sizes)
        made = derive(self.body, reference_numbers=reference_numbers)
        self.body_html = with_renditions(made.body_html)
        self.contents = made.contents
        self.plain_text = made.plain_text
        self.word_count = made.word_count
        self.reading_minutes = made.reading_minutes

    def get_absolute_url(self) -> str:
        return address_of("articles:article", self.slug)

    # What readers see

    @property
    def is_published(self) -> bool:
        """The same as ArticleQuerySet.published() for one row."""
        return (
            self.status in PUBLIC_STATUSES
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_scheduled(self) -> bool:
        """The same as ArticleQuerySet.scheduled() for one row."""
        return (
            self.status == self.Status.APPROVED
            and bool(self.published_at)
            and not self.is_published
        )

    @property
    def last_changed_at(self) -> datetime:
        """The time for feeds and sitemaps: the last substantial change, else publication."""
        last = max(filter(None, (self.updated_at, self.published_at)), default=self.modified_at)
        return by_now(last)

    def people(self, part: str) -> list["Author"]:
        """The people with this part in their order, from the prefetched contributions."""
        # A page asks twenty times, and each related manager takes longer than the list.
        found = vars(self).get("_prefetched_objects_cache", {}).get("contributions")
        lines = self.contributions.all() if found is None else found
        return [line.author for line in lines if line.part == part]

    @property
    def writers(self) -> list["Author"]:
        return self.people(Contribution.Part.AUTHOR)

    @property
    def reviewers(self) -> list["Author"]:
        return self.people(Contribution.Part.REVIEWER)

    # Steps through the statuses

    def submit(self, *, by: "User | None") -> None:
        """Send a draft to review."""
        self._step({"draft"}, "in_review", Revision.Action.SUBMITTED, by=by)

    def send_back(self, *, by: "User | None", reason: str = "") -> None:
        """Make it a draft again."""
        self._refuse_when_public()
        allowed = {"in_review", "approved", "withdrawn"}
        times = _NOT_WITHDRAWN | {"published_at": None}
        self._step(allowed, "draft", Revision.Action.RETURNED, by=by, reason=reason, **times)

    def approve(self, *, by: "User | None") -> None:
        """Make it ready to be published, without a time. Raises OwnArticle, too."""
        self.refuse_own(by)
        self._step(
            {"draft", "in_review"}, "approved", Revision.Action.APPROVED, by=by, published_at=None
        )

    def schedule(self, *, at: datetime, by: "User | None") -> None:
        """Make it ready, and public by itself from `at` on, a time to come.

        Raises WrongStatus, and NotReady and OwnArticle as `publish` does.
        """
        self.refuse_own(by)
        if at <= timezone.now():
            raise WrongStatus(_("Choose a time in the future, or publish now."))
        self._refuse_when_public()
        self._refuse_unready()
        times = _NOT_WITHDRAWN | {"published_at": at} | self.proposed_review(at)
        self._step(_NOT_PUBLISHED, "approved", Revision.Action.SCHEDULED, by=by, **times)

    def publish(self, *, by: "User | None") -> None:
        """Make it public now. One that was public before keeps its first date, and is updated.

        Raises WrongStatus, NotReady when it has no text or no author, OwnArticle by FOUR_EYES.
        """
        self.refuse_own(by)
        self._refuse_when_public()
        self._refuse_unready()
        now = timezone.now()
        again = self.published_at is not None and self.published_at <= now
        times: dict[str, Any] = {"updated_at": now} if again else {"published_at": now}
        times |= _NOT_WITHDRAWN | self.proposed_review(now)
        self._step(_NOT_PUBLISHED, "published", Revision.Action.PUBLISHED, by=by, **times)

    @transaction.atomic
    def withdraw(self, *, by: "User | None", reason: str = "", notice: str = "") -> None:
        """Hide it from readers. Its text and its comments stay in the database.

        `reason` stays in the history; readers who open its address see `notice`. Unpublished
        changes become its text. What was scheduled for it is called off.
        """
        if not self.published_at:
            raise WrongStatus(_("Only a published or scheduled article can be withdrawn."))
        rows = Article.objects.select_for_update(of=("self",)).select_related("working_copy")
        present = rows.filter(pk=self.pk).first()
        times: dict[str, Any] = {"withdrawn_at": timezone.now(), "withdrawal_notice": notice}
        times["working_copy"] = None
        allowed = {"approved", "published"}
        action = Revision.Action.WITHDRAWN
        self._step(allowed, "withdrawn", action, by=by, reason=reason, **times)
        self.scheduled_steps.all().delete()
        if present and present.working_copy:
            write(self, present.edited_content())

    def pick(self, *, by: "User | None") -> None:
        """Put it first among the editors' picks. Readers see it there once it is public."""
        self._mark(timezone.now(), Revision.Action.PICKED, by=by)

    def unpick(self, *, by: "User | None") -> None:
        """Remove it from the editors' picks."""
        self._mark(None, Revision.Action.UNPICKED, by=by)

    @transaction.atomic
    def _mark(self, picked_at: datetime | None, action: str, *, by: "User | None") -> None:
        """Change the mark unless it is set so already: a pick keeps its place among the picks."""
        other = Article.objects.filter(pk=self.pk, picked_at__isnull=picked_at is not None)
        if other.update(picked_at=picked_at):
            self.picked_at = picked_at
            Revision.record(self, action, by=by)

    def _refuse_when_public(self) -> None:
        if self.is_published:
            raise WrongStatus(_("The article is already public. Withdraw it first."))
