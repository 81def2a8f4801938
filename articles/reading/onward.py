"""Where a reader may go from an article."""

from django.db import connection
from django.db.models import Q, Subquery
from django.utils import timezone

from articles.models import Article


def neighbours(article: Article) -> dict[str, Article]:
    """The public articles published just before ("older") and just after ("newer"), in one query."""
    if article.published_at is None:
        return {}
    here = (article.published_at, article.pk)
    public = Article.objects.published()
    older = public.before(*here).newest_first().values("pk")[:1]
    newer = public.after(*here).order_by("published_at", "pk").values("pk")[:1]
    # Two scalar subqueries: PostgreSQL answers each from the index, then fetches by primary key.
    found = public.for_line().filter(Q(pk=Subquery(older)) | Q(pk=Subquery(newer)))
    return {"older" if (row.published_at, row.pk) < here else "newer": row for row in found}


def related(article: Article, number: int = 3) -> list[Article]:
    """Public articles that are most like this one by topic and words, the likest first. Two queries.

    Migration 0008_related says how they are chosen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_related(%s, %s, %s)", [article.pk, number, timezone.now()])
        (numbers,) = cursor.fetchone()
    # Without the names, which would cost the article page one more query.
    rows = Article.objects.published().for_list().prefetch_related(None).in_bulk(numbers)
    return [rows[pk] for pk in numbers if pk in rows]
