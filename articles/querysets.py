"""The vocabulary of articles: who sees what. Views, feeds, sitemaps, counts and the admin all speak it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from articles.models import (  # noqa: F401 - named in strings below
        Article,
        Author,
        Contribution,
        Correction,
        Image,
        Topic,
    )


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What every reader may see: published, or approved with a time that has come (scheduled)."""
        return self.filter(status__in=("approved", "published"), published_at__lte=timezone.now())

    def scheduled(self) -> Self:
        """Approved, with a time that is still to come."""
        return self.filter(status="approved", published_at__gt=timezone.now())

    def to_come(self, *, after: datetime) -> Self:
        """What appears after that time without anybody doing anything."""
        return self.filter(status__in=("approved", "published"), published_at__gt=after)

    def next_published(self, *, after: datetime) -> "Article | None":
        """What appears next. Only its number and time."""
        return self.to_come(after=after).only("published_at").order_by("published_at").first()

    def next_closing(self, *, after: datetime) -> "Article | None":
        """Whose comments close next by their own date. Only its number and that date."""
        due = self.filter(comments_close_at__gt=after).only("comments_close_at")
        return due.order_by("comments_close_at").first()

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What somebody may see in the admin: editors all, authors only what they write."""
        if not user.is_active or not user.has_perm("articles.view_article"):
            return self.none()
        if user.has_perm("articles.edit_any_article"):
            return self
        return self.filter(self._written_by(user))

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """What somebody may change: editors all, authors their own until it is approved."""
        if user.has_perm("articles.edit_any_article"):
            return self.visible_to(user)
        return self.visible_to(user).filter(status__in=("draft", "in_review"))

    def picks(self) -> Self:
        """What editors recommend to readers, the newest pick first."""
        return self.published().filter(picked_at__isnull=False).order_by("-picked_at", "-pk")

    def review_due(self, *, by: date) -> Self:
        """Public articles whose facts are to be checked again by that day, or were to be before it."""
        return self.published().filter(review_by__lte=by)

    def newest_of(
        self,
        person: "Author",
        *,
        part: str = "author",
        number: int,
        before: tuple[datetime, int] | None = None,
    ) -> Self:
        """The `number` newest public articles that somebody has this part in, before a place in newest-first order."""
        from articles.models import Contribution

        lines = Contribution.objects.published().filter(author=person, part=part)
        if before:
            lines = lines.before(*before)
        return self.published().filter(pk__in=lines.newest_first().values("article")[:number])

    def published_between(self, start: datetime, end: datetime) -> Self:
        """From `start` on and before `end`."""
        return self.filter(published_at__gte=start, published_at__lt=end)

    @staticmethod
    def _written_by(user: "User | AnonymousUser") -> Q | Combinable:
        from articles.models import Contribution

        own = Contribution.objects.filter(
            article=OuterRef("pk"), author__user=user.pk, part="author"
        )
        return Q(created_by=user.pk) | Exists(own)

    def showing(self, image: "Image") -> Self:
        """Articles with this picture as their hero or in their text."""
        return self.filter(Q(hero=image) | Q(body__contains=image.file.name))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def before(self, published_at: datetime, pk: int) -> Self:
        """The keyset after (published_at, pk) in newest-first order."""
        # The first condition says nothing new; an index begins there and not at the newest row.
        return self.filter(published_at__lte=published_at).filter(
            Q(published_at__lt=published_at) | Q(published_at=published_at, pk__lt=pk)
        )

    def after(self, published_at: datetime, pk: int) -> Self:
        """The opposite of before()."""
        return self.filter(published_at__gte=published_at).filter(
            Q(published_at__gt=published_at) | Q(published_at=published_at, pk__gt=pk)
        )

    def for_list(self) -> Self:
        """With what a card shows, and without the text."""
        return (
            self.select_related("topic", "hero")
            .defer("body", "body_html", "plain_text")
            .with_bylines()
        )

    def for_line(self) -> Self:
        """With what one line of a list shows: title and date."""
        return self.only("title", "slug", "published_at", "status")

    def with_last_change(self) -> Self:
        """Annotates `last_change`: publication, substantial change or correction, whatever came last."""
        from articles.models import Correction

        own = Correction.objects.filter(article=OuterRef("pk")).order_by("-corrected_at")
        corrected = Subquery(own.values("corrected_at")[:1])
        last = Greatest("published_at", "updated_at", corrected)
        return self.annotate(last_change=Least(last, Value(timezone.now())))

    def with_bylines(self) -> Self:
        from articles.models import Contribution

        lines = Contribution.objects.select_related("author__portrait")
        return self.prefetch_related(Prefetch("contributions", queryset=lines))


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of_published(self) -> Self:
        """Corrections that readers may see: of articles they may see."""
        from articles.models import Article

        return self.filter(Exists(Article.objects.published().filter(pk=OuterRef("article"))))

    def newest_first(self) -> Self:
        return self.order_by("-corrected_at", "-pk")

    def before(self, corrected_at: datetime, pk: int) -> Self:
        """The keyset after (corrected_at, pk) in newest-first order."""
        return self.filter(corrected_at__lte=corrected_at).filter(
            Q(corrected_at__lt=corrected_at) | Q(corrected_at=corrected_at, pk__lt=pk)
        )


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Twin of ArticleQuerySet, on the times that the database keeps with each person's part."""

    def published(self) -> Self:
        """Parts in articles that every reader may see."""
        return self.filter(published_at__lte=timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-article")

    def before(self, published_at: datetime, pk: int) -> Self:
        """The keyset after (published_at, number of the article) in newest-first order."""
        return self.filter(published_at__lte=published_at).filter(
            Q(published_at__lt=published_at) | Q(published_at=published_at, article__lt=pk)
        )


class TopicQuerySet(models.QuerySet["Topic"]):
    def with_published_counts(self) -> Self:
        """Annotates `published_count`: published articles of the topic, without counting them one by one."""
        from articles.models import Article, MonthCount

        all_months = MonthCount.objects.filter(topic=OuterRef("pk")).values("topic")
        to_come = Article.objects.to_come(after=timezone.now()).filter(topic=OuterRef("pk"))
        still = to_come.order_by().values("topic").annotate(number=Count("pk")).values("number")
        return self.annotate(
            published_count=Coalesce(
                Subquery(all_months.annotate(sum=Sum("number")).values("sum")), 0
            )
            - Coalesce(Subquery(still), 0)
        )


class AuthorQuerySet(models.QuerySet["Author"]):
    def in_print(self) -> Self:
        """People whom readers know: with a part in at least one published article."""
        from articles.models import Contribution

        return self.filter(Exists(Contribution.objects.published().filter(author=OuterRef("pk"))))

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
        """Editors see all authors in the admin, an author only the own one."""
        if user.has_perm("articles.edit_any_article"):
            return self
        return self.filter(user=user) if user.is_authenticated else self.none()
