"""The lists of the JSON API, in pages by keyset. Each page takes the same number of statements."""

from collections import defaultdict

from articles.models import Article, Author, Contribution, Series, Topic
from articles.querysets import ArticleQuerySet
from articles.reading.listings import Listing, Place
from config.web.database.compiled import Compiled, Given, is_among

SIZE = 20


def _with_fields(articles: ArticleQuerySet, place: Place) -> ArticleQuerySet:
    rows = articles.select_related("topic", "hero").defer("body", "body_html", "plain_text")
    return rows.before(*place) if place else rows


def _written_after(place: Place) -> ArticleQuerySet:
    newest = Article.objects.newest_of(Given("person"), number=SIZE + 1, before=place)
    return _with_fields(newest, None)


def _of_topic_after(place: Place) -> ArticleQuerySet:
    newest = Article.objects.of_topic(Given("topic"), number=SIZE + 1, before=place)
    return _with_fields(newest, None)


ALL = Listing[Article](
    lambda place: _with_fields(Article.objects.published(), place), "published_at", size=SIZE
)
OF_TOPIC = Listing[Article](_of_topic_after, "published_at", size=SIZE)
WRITTEN_BY = Listing[Article](_written_after, "published_at", size=SIZE)

_WRITERS = Compiled(
    lambda: Contribution.objects.select_related("author").filter(
        is_among("article", "articles"), part="author"
    )
)
_PARTS = Compiled(
    lambda: _with_fields(Article.objects.published().filter(is_among("pk", "numbers")), None)
)
_TOPICS = Compiled(
    lambda: (
        Topic.objects.in_menu()
        .select_related("parent")
        .filter(pk__gt=Given("after"))
        .order_by("pk")[: SIZE + 1]
    )
)
_SERIES = Compiled(
    lambda: Series.objects.with_parts().filter(pk__gt=Given("after")).order_by("pk")[: SIZE + 1]
)
_AUTHORS = Compiled(
    lambda: (
        Author.objects.in_print()
        .select_related("portrait")
        .filter(pk__gt=Given("after"))
        .order_by("pk")[: SIZE + 1]
    )
)


def writers_of(articles: list[Article]) -> dict[int, list[Author]]:
    """The people who wrote each article, by its number, in their order."""
    found: dict[int, list[Author]] = defaultdict(list)
    for line in _WRITERS.rows(articles=[article.pk for article in articles]):
        found[line.article_id].append(line.author)
    return found


def parts(series: Series) -> list[Article]:
    """The public parts of one of the `with_parts()`, in their order."""
    numbers = vars(series)["parts"]
    return sorted(_PARTS.rows(numbers=numbers), key=lambda article: numbers.index(article.pk))


def topics(after: int) -> tuple[list[Topic], str]:
    """Topics with public articles, of their sub-topics too, by number; cursor of the next page."""
    return _page(_TOPICS.rows(after=after))


def series(after: int) -> tuple[list[Series], str]:
    """Series with public parts by number, and the cursor of the next page."""
    return _page(_SERIES.rows(after=after))


def authors(after: int) -> tuple[list[Author], str]:
    """People in print by number, and the cursor of the next page. Their links are not read."""
    return _page(_AUTHORS.rows(after=after))


def _page[Row: (Topic, Author, Series)](rows: list[Row]) -> tuple[list[Row], str]:
    shown = rows[:SIZE]
    return shown, str(shown[-1].pk) if len(rows) > SIZE else ""
