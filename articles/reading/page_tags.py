"""The cache tags of what pages show.

articles/migrations/sql/change_feed.sql has the other side: which tags a change tells.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection

from articles.models import Article, Author
from articles.reading.archive import Period


def of_article(article: Article) -> Iterator[str]:
    """Of the whole article, with its people and pictures, from the rows of `for_page()`."""
    yield from of_entries([article])
    if article.hero:
        yield f"image-{article.hero.pk}-words"
    if article.topic_id:
        yield f"topic-{article.topic_id}-disclaimer"
    if article.reviewers:
        yield "review-policy"
    yield from (f"author-{line.author_id}-bio" for line in article.contributions.all())


def of_entries(articles: Iterable[Article]) -> Iterator[str]:
    """Of articles with their text, and the people who have a part in them."""
    for article in articles:
        yield f"article-{article.pk}"
        yield from _of_looks(article)
        for line in article.contributions.all():
            yield from of_person(line.author)


def of_cards(articles: Iterable[Article]) -> Iterator[str]:
    """Of articles in lists, from the rows of `for_cards()`; with people `with_writer_names()`."""
    for article in articles:
        yield f"card-{article.pk}"
        yield from _of_looks(article)
        yield from (f"author-{number}" for number in vars(article).get("writer_numbers", ()))


def of_lines(articles: Iterable[Article]) -> Iterator[str]:
    """Of articles in lists of titles and dates."""
    return (f"title-{article.pk}" for article in articles)


def of_period(period: Period) -> Iterator[str]:
    """Of the list of a month or year, with links to the nearest ones that have articles."""
    yield f"archive-{period.iso}"
    yield "months"


def of_person(author: Author) -> Iterator[str]:
    """Of a name with its portrait."""
    yield f"author-{author.pk}"
    if author.portrait_id:
        yield f"image-{author.portrait_id}"


def _of_looks(article: Article) -> Iterator[str]:
    if article.topic_id:
        yield f"topic-{article.topic_id}"
    if article.hero_id:
        yield f"image-{article.hero_id}"


def of_appearance(moment: datetime) -> list[str]:
    """Of the pages that change when articles become public by themselves at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_tags_at(%s)", [moment])
        return [tag for (tag,) in cursor.fetchall()]
