"""The list of articles: how its search finds, and how often readers opened what it shows."""

from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from articles.models import Article, ReadCount
from config.web.database.compiled import is_among
from config.web.editing.quick_lists import QuickList
from config.web.text.search_words import read_query

# Of more matches only so many are looked at: of public articles the newest.
MOST_FOUND = 1_000
READ_DAYS = 28

# The words as the public search reads them. The last one may be only begun.
_FOUND = """
    WITH query AS MATERIALIZED (
        SELECT regexp_replace(
            websearch_to_tsquery('colophon', web_search_query(%s, %s))::text,
            '([^'' ]{3,})''$', '\\1'':*'
        )::tsquery AS words
    )
    SELECT article_id FROM (
        SELECT article_id FROM articles_searchentry
        WHERE document @@ (SELECT words FROM query)
        ORDER BY published_at DESC, article_id DESC LIMIT %s
    ) published
    UNION ALL
    SELECT article_id FROM (
        SELECT article_id FROM articles_unpublishedentry
        WHERE document @@ (SELECT words FROM query) LIMIT %s
    ) unpublished
"""


class ArticleList(QuickList):
    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        articles: Any = super().get_queryset(request, exclude_parameters)
        # A page far on would read the heroes of all rows before it.
        rows = articles.for_list().select_related(None).select_related("topic")
        return rows.prefetch_related("scheduled_steps")

    def get_results(self, request: HttpRequest) -> None:
        """The rows of a page, with their `reads`: counting all rows would count those, too."""
        super().get_results(request)
        rows = list(self.result_list)
        counts = ReadCount.objects.filter(article__in=[row.pk for row in rows])
        reads = counts.of_last_days(READ_DAYS).by_article()
        for row in rows:
            row.reads = reads.get(row.pk, 0)
        self.result_list: Any = rows


class FoundArticles(admin.ModelAdmin):
    """Search by the words of titles, standfirsts, authors and texts, and the column of reads."""

    search_fields = ["title"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QuickList]:
        return ArticleList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        if not search_term.strip():
            return queryset, False
        # Found once: the list asks for its rows and for their number.
        with connection.cursor() as cursor:
            cursor.execute(_FOUND, (*read_query(search_term), MOST_FOUND, MOST_FOUND))
            found = [pk for (pk,) in cursor.fetchall()]
        return queryset.filter(is_among("pk", found)), False

    @admin.display(description=_("reads in 28 days"))
    def reads(self, article: Article) -> str:
        counted = getattr(article, "reads", None)
        if counted is None and article.published_at:
            own = ReadCount.objects.filter(article=article)
            counted = own.of_last_days(READ_DAYS).by_article().get(article.pk)
        return number_format(counted or 0, force_grouping=True)
