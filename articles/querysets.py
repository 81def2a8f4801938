"""Who sees which rows: views, feeds, sitemaps, counts and the admin all use these methods."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, Left
from django.utils import timezone

from config.web.database.compiled import Given, now
from config.web.text.search_words import SearchWords

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from articles.models import (  # noqa: F401 - named in strings below
        Article,
        Author,
        Contribution,
        Correction,
        Image,
        ReadCount,
    )

# An article with one of these statuses is public from its `published_at` on.
PUBLIC_STATUSES = ["approved", "published"]
# The same condition in SQL, and of the indexes of public articles.
HAS_PUBLIC_STATUS = "status IN ('approved', 'published')"
# Characters of an article's text on a card without a standfirst. The same number stands in
# front_and_series.sql.
EXCERPT = 300
# The actions of revisions that settle what could not be done as scheduled.
_DECISIONS = ["submitted", "returned", "approved", "scheduled", "published", "withdrawn"]
_DECISIONS += ["changed", "discarded", "changes_scheduled", "withdrawal_scheduled"]
IS_OR_WILL_BE_PUBLIC = Q(status__in=PUBLIC_STATUSES, published_at__isnull=False)


def _beyond(
    rows: Any, operator: str, time_field: str, at: Any, pk: Any, number_field: str = "pk"
) -> Any:
    """The rows on one side of the keyset (at, pk): older ones by "lt", newer ones by "gt"."""
    strictly = Q(**{f"{time_field}__{operator}": at})
    same_time = Q(**{time_field: at, f"{number_field}__{operator}": pk})
    # The first condition says nothing new, but it lets the index begin there and not at its end.
    return rows.filter(**{f"{time_field}__{operator}e": at}).filter(strictly | same_time)


def _names_file(name: str) -> Q:
    return Q(body__contains=name) | Q(working_copy__content__body__icontains=name)


class _Unnest(Func):
    function = "unnest"
    set_returning = True
    output_field = models.BigIntegerField()


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """Articles that every reader may see: published, or approved with a time that has come."""
        return self.filter(status__in=PUBLIC_STATUSES, published_at__lte=now())

    def scheduled(self) -> Self:
        """Approved articles with a time that is still to come."""
        return self.filter(status="approved", published_at__gt=now())

    def retracted_from(self, slug: str) -> Self:
        """The withdrawn article that readers could see before under this slug, or a later one."""
        from articles.models import FormerSlug

        former = FormerSlug.objects.filter(slug=slug, article__isnull=False).values("article")
        # A scalar subquery: PostgreSQL takes both ways by an index.
        here = Q(slug=slug) | Q(pk=Subquery(former[:1]))
        return self.filter(here, status="withdrawn", published_at__lte=F("withdrawn_at"))

    def to_come(self, *, after: datetime) -> Self:
        """Articles that become public by themselves after that time."""
        return self.filter(status__in=PUBLIC_STATUSES, published_at__gt=after)

    def next_published(self, *, after: datetime) -> "Article | None":
        """The article that becomes public next. Only its number and time are read."""
        return self.to_come(after=after).only("published_at").order_by("published_at").first()

    def next_closing(self, *, after: datetime) -> "Article | None":
        """The article whose comments close next. Only its number and that time are read."""
        due = self.filter(comments_close_at__gt=after).only("comments_close_at")
        return due.order_by("comments_close_at").first()

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Articles that a user may see in the admin: editors all, authors those they write."""
        if not user.is_active or not user.has_perm("articles.view_article"):
            return self.none()
        if user.has_perm("articles.edit_any_article"):
            return self
        return self.owned_by(user)

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Articles that a user may change: editors all, authors their own until approval."""
        if user.has_perm("articles.edit_any_article"):
            return self.visible_to(user)
        return self.visible_to(user).filter(status__in=("draft", "in_review"))

    def owned_by(self, user: "User | AnonymousUser") -> Self:
        """Articles that the user writes or created."""
        from articles.models import Contribution

        lines = Contribution.objects.filter(
            article=OuterRef("pk"), author__user=user.pk, part="author"
        )
        return self.filter(Q(created_by=user.pk) | Exists(lines))

    def returned(self) -> Self:
        """Drafts that came back from review or from readers.

        Annotates `return_reason` and `returned_by` (pk of a user) of the last time.
        """
        from articles.models import Revision

        back = Revision.objects.filter(article=OuterRef("pk"), action="returned").order_by("-pk")
        return self.filter(Exists(back), status="draft").annotate(
            return_reason=Subquery(back.values("reason")[:1]),
            returned_by=Subquery(back.values("by")[:1]),
        )

    def returned_to(self, user: "User | AnonymousUser") -> Self:
        """The user's own articles that somebody else returned."""
        back: Any = self.owned_by(user).returned()
        return back.filter(Q(returned_by=None) | ~Q(returned_by=user.pk))

    def stopped(self) -> Self:
        """Articles that could not be published, changed or withdrawn as scheduled.

        They are here until somebody publishes, schedules, discards, withdraws or returns them.
        Annotates `stop_reason`.
        """
        from articles.models import Revision

        decided = Revision.objects.filter(
            article=OuterRef("article"), pk__gt=OuterRef("pk"), action__in=_DECISIONS
        )
        stops = Revision.objects.filter(~Exists(decided), action="stopped").order_by("-pk")
        reason = stops.filter(article=OuterRef("pk")).values("reason")[:1]
        return self.filter(pk__in=stops.order_by().values("article")).annotate(
            stop_reason=Subquery(reason)
        )

    def picks(self) -> Self:
        """The editors' picks that readers may see, the newest pick first."""
        return self.published().filter(picked_at__isnull=False).order_by("-picked_at", "-pk")

    def review_due(self, *, by: date) -> Self:
        """Public articles whose facts have to be checked again by that day."""
        return self.published().filter(review_by__lte=by)

    def newest_of(
        self,
        person: "Author | Given",
        *,
        part: str = "author",
        number: int,
        before: tuple[datetime | Given, int | Given] | None = None,
    ) -> Self:
        """The `number` newest public articles in which somebody has this part.

        `before` is the keyset (published_at, pk) of an article: only older ones.
        """
        from articles.models import Contribution

        lines = Contribution.objects.published().filter(author=person, part=part)
        if before:
            lines = lines.before(*before)
        return self.published().filter(pk__in=lines.newest_first().values("article")[:number])

    def of_topic(
        self,
        topic: int | Given,
        *,
        number: int,
        before: tuple[datetime | Given, int | Given] | None = None,
    ) -> Self:
        """The `number` newest public articles of the topic of a key, and of each of its sub-topics.

        `before` is the keyset (published_at, pk) of an article: only older ones.
        """
        from articles.models import Topic

        own = self.model.objects.published().filter(topic=OuterRef("pk"))
        if before:
            own = own.before(*before)
        newest = ArraySubquery(own.newest_first().values("pk")[:number])
        topics = Topic.objects.order_by().filter(Q(pk=topic) | Q(parent=topic))
        return self.published().filter(pk__in=topics.values(number=_Unnest(newest)))

    def published_between(self, start: Any, end: Any) -> Self:
        """From `start` on and before `end`."""
        return self.filter(published_at__gte=start, published_at__lt=end)

    def showing(self, image: "Image") -> Self:
        """Articles with this picture as their hero or in their text, published or not yet."""
        as_hero = Q(hero=image) | Q(working_copy__content__hero=image.pk)
        return self.filter(as_hero | _names_file(str(image.file.name)))

    def naming_file(self, name: str) -> Self:
        """Articles whose text, published or not yet, shows this file."""
        return self.filter(_names_file(name))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def before(self, published_at: Any, pk: Any) -> Self:
        """Articles older than the keyset (published_at, pk)."""
        return _beyond(self, "lt", "published_at", published_at, pk)

    def after(self, published_at: Any, pk: Any) -> Self:
        """Articles newer than the keyset (published_at, pk)."""
        return _beyond(self, "gt", "published_at", published_at, pk)

    def with_others(self) -> Self:
        """Annotates numbers of other articles.

        `older` and `newer` were published just before and just after it. `related` are the most
        similar ones as they are stored: some may be withdrawn by now, and None stands for none.
        `parts` are the public parts of its series in their order, its own number included.
        """
        from articles.models import RelatedList, SeriesEntry

        here = (OuterRef("published_at"), OuterRef("pk"))
        public = self.model.objects.published()
        # Two scalar subqueries: PostgreSQL answers each from the index.
        older = public.before(*here).newest_first().values("pk")[:1]
        newer = public.after(*here).order_by("published_at", "pk").values("pk")[:1]
        alike = RelatedList.objects.filter(pk=OuterRef("pk")).values("numbers")
        parts = SeriesEntry.objects.shown().filter(series__entries__article=OuterRef("pk"))
        return self.annotate(
            older=Subquery(older),
            newer=Subquery(newer),
            related=Subquery(alike),
            parts=ArraySubquery(parts.values("article")),
        )

    def for_page(self) -> Self:
        """With all that the article's page shows."""
        from articles.models import Page

        policy = Exists(Page.objects.filter(slug=Page.REVIEW_POLICY))
        rows = self.select_related("topic", "hero").with_bylines().defer("body")
        rows = rows.prefetch_related("references", "corrections")
        return rows.annotate(has_review_policy=policy)

    def for_list(self) -> Self:
        """With all that a card shows, and without the text."""
        return (
            self.select_related("topic", "hero")
            .defer("body", "body_html", "plain_text")
            .with_bylines()
        )

    def for_cards(self) -> Self:
        """With the fields of a card for readers, without the names of its people.

        Annotates `excerpt`: the beginning of the text, where there is no standfirst.
        """
        beginning = When(standfirst="", then=Left("plain_text", EXCERPT))
        rows = self.annotate(excerpt=Case(beginning, default=Value("")))
        return rows.select_related("topic", "hero").only(
            *("title", "slug", "standfirst", "language", "published_at", "reading_minutes"),
            "status",
            *("topic__name", "topic__slug", "hero__file", "hero__width", "hero__height"),
            *("hero__focus_x", "hero__focus_y"),
        )

    def with_writer_names(self) -> Self:
        """Annotates `writer_names` and `writer_numbers`, in their order."""
        from articles.models import Contribution

        lines = Contribution.objects.filter(article=OuterRef("pk"), part="author")
        return self.annotate(
            writer_names=ArraySubquery(lines.values("author__name")),
            writer_numbers=ArraySubquery(lines.values("author_id")),
        )

    def for_line(self) -> Self:
        """With the fields that a line of a list shows: title and date."""
        return self.only("title", "slug", "language", "published_at", "status")

    def with_last_change(self) -> Self:
        """Annotates `last_change`: the last one of publication, substantial change, correction."""
        from articles.models import Correction

        own = Correction.objects.filter(article=OuterRef("pk")).order_by("-corrected_at")
        corrected = Subquery(own.values("corrected_at")[:1])
        last = Greatest("published_at", "updated_at", corrected)
        return self.annotate(last_change=Least(last, Value(now())))

    def with_bylines(self) -> Self:
        """With the contributions, their authors and portraits, in one more query."""
        from articles.models import Contribution

        lines = Contribution.objects.select_related("author__portrait")
        return self.prefetch_related(Prefetch("contributions", queryset=lines))


class ImageQuerySet(models.QuerySet["Image"]):
    def sizes(self, names: Collection[str]) -> dict[str, tuple[int, int]]:
        """Width and height of the pictures with these names of files, by name."""
        rows = self.filter(file__in=names).values_list("file", "width", "height")
        return {name: (width, height) for name, width, height in rows}

    def without_words(self) -> Self:
        """Pictures of which nobody has said yet what they show, or that they are decoration."""
        return self.filter(alt_text="", is_decoration=False)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of_published(self) -> Self:
        """Corrections of articles that readers may see."""
        from articles.models import Article

        return self.filter(Exists(Article.objects.published().filter(pk=OuterRef("article"))))

    def newest_first(self) -> Self:
        return self.order_by("-corrected_at", "-pk")

    def before(self, corrected_at: Any, pk: Any) -> Self:
        """Corrections older than the keyset (corrected_at, pk)."""
        return _beyond(self, "lt", "corrected_at", corrected_at, pk)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """The same as ArticleQuerySet, on the times of the article that each contribution has."""

    def published(self) -> Self:
        """Parts in articles that every reader may see."""
        return self.filter(published_at__lte=now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-article")

    def before(self, published_at: Any, pk: Any) -> Self:
        """Contributions to articles older than the keyset (published_at, pk of an article)."""
        return _beyond(self, "lt", "published_at", published_at, pk, "article")


class AuthorQuerySet(models.QuerySet["Author"]):
    def in_print(self) -> Self:
        """People with a part in a published article. Readers know no others."""
        from articles.models import Contribution

        return self.filter(Exists(Contribution.objects.published().filter(author=OuterRef("pk"))))

    def after(self, person: int | Given) -> Self:
        """The people after the one with this number, by name. None when nobody has it."""
        one = self.model.objects.order_by().filter(pk=person).values(words=SearchWords("name"))
        words = Subquery(one[:1])
        return self.alias(words=SearchWords("name")).filter(
            Q(words__gt=words) | Q(words=words, pk__gt=person)
        )

    def with_published_counts(self) -> Self:
        """Annotates `published_count`: published articles the person wrote."""
        from articles.models import Contribution

        # A subquery, which PostgreSQL answers for the rows of one page only.
        written = Contribution.objects.published().filter(author=OuterRef("pk"), part="author")
        count = (
            written.order_by().values("author").annotate(number=Count("article")).values("number")
        )
        return self.annotate(published_count=Coalesce(Subquery(count), 0))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Authors that a user may see in the admin: editors all, an author their own."""
        if user.has_perm("articles.edit_any_article"):
            return self
        return self.filter(user=user) if user.is_authenticated else self.none()


class ReadCountQuerySet(models.QuerySet["ReadCount"]):
    def of_last_days(self, days: int) -> Self:
        """Of so many days, today included."""
        return self.filter(day__gt=timezone.localdate() - timedelta(days=days))

    def by_article(self) -> dict[int, int]:
        """The reads of each article, by its number."""
        return dict(self.order_by().values_list("article").annotate(reads=Sum("number")))
