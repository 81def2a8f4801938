"""Which topics and series readers see, and what these hold. The same rules as in querysets.py."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from config.web.database.compiled import now
from config.web.text.search_words import SearchWords

if TYPE_CHECKING:
    from articles.models import Series, SeriesEntry, Topic  # noqa: F401 - named in strings below


class TopicQuerySet(models.QuerySet["Topic"]):
    def as_tree(self) -> Self:
        """All topics with their parents, each followed by its sub-topics."""
        rows = self.select_related("parent")
        return rows.order_by(
            Coalesce("parent__position", "position"),
            SearchWords(Coalesce("parent__name", "name")),
            F("parent").asc(nulls_first=True),
            "position",
            SearchWords("name"),
        )

    def with_articles(self) -> Self:
        """Topics with an article that readers may see."""
        from articles.models import Article

        return self.filter(Exists(Article.objects.published().filter(topic=OuterRef("pk"))))

    def in_menu(self) -> Self:
        """Topics with an article that readers may see, in the topic itself or in a sub-topic."""
        below = self.model.objects.with_articles().filter(parent=OuterRef("pk"))
        return self.filter(Q(pk__in=self.model.objects.with_articles()) | Exists(below))

    def with_published_counts(self) -> Self:
        """Annotates `published_count`: published articles of the topic and of its sub-topics.

        From the kept counts.
        """
        from articles.models import Article, MonthCount

        one = OuterRef(OuterRef("pk"))
        # A subquery, by which PostgreSQL finds the rows of each of these topics in an index.
        here = Q(topic__in=self.model.objects.order_by().filter(Q(pk=one) | Q(parent=one)))
        months = MonthCount.objects.filter(here).order_by().values(all=Value(1))
        still = Article.objects.to_come(after=now()).filter(here).order_by().values(all=Value(1))
        return self.annotate(
            published_count=Coalesce(Subquery(months.annotate(sum=Sum("number")).values("sum")), 0)
            - Coalesce(Subquery(still.annotate(number=Count("pk")).values("number")), 0)
        )


class SeriesEntryQuerySet(models.QuerySet["SeriesEntry"]):
    def shown(self) -> Self:
        """The parts of series that readers may see, in their order."""
        from articles.models import Article

        public = Article.objects.published().filter(pk=OuterRef("article"))
        return self.filter(Exists(public)).order_by("position", "pk")


class SeriesQuerySet(models.QuerySet["Series"]):
    def with_parts(self) -> Self:
        """Series with a part that readers may see.

        Annotates `parts`, the numbers of these articles in their order, and `newest_part`, the time
        of the last one.
        """
        from articles.models import SeriesEntry

        shown = SeriesEntry.objects.shown().filter(series=OuterRef("pk"))
        newest = shown.order_by("-article__published_at").values("article__published_at")
        rows = self.annotate(newest_part=Subquery(newest[:1]))
        return rows.filter(newest_part__isnull=False).annotate(
            parts=ArraySubquery(shown.values("article"))
        )

    def newest_first(self) -> Self:
        """The series with the newest part first, of those `with_parts()`."""
        return self.order_by(F("newest_part").desc(), "-pk")
