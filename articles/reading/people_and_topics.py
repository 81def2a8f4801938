"""The pages of an author, a topic and a series, above their lists; lists of topics and people."""

import re

from articles.models import Article, Author, AuthorLink, Series, Topic
from articles.reading.listings import LIST_SIZE, BadCursor, ListPage
from config.web.database.compiled import Compiled, Given, is_among

AUTHORS_SIZE = 30
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)  # so many digits fit a bigint
_AUTHOR = Compiled(
    lambda: Author.objects.in_print().select_related("portrait").filter(slug=Given("slug"))
)
_LINKS = Compiled(lambda: AuthorLink.objects.filter(author=Given("author")))
_REVIEWED = Compiled(
    lambda: (
        Article.objects.newest_of(Given("person"), part="reviewer", number=LIST_SIZE)
        .for_line()
        .newest_first()
    )
)
_AUTHORS = Compiled(
    lambda: Author.objects.in_print().select_related("portrait")[: AUTHORS_SIZE + 1]
)
_AUTHORS_AFTER = Compiled(
    lambda: (
        Author.objects.in_print()
        .after(Given("person"))
        .select_related("portrait")[: AUTHORS_SIZE + 1]
    )
)
_TOPIC = Compiled(
    lambda: (
        Topic.objects.with_published_counts().select_related("parent").filter(slug=Given("slug"))
    )
)
_SUBTOPICS = Compiled(lambda: Topic.objects.with_published_counts().filter(parent=Given("topic")))
_TOPICS = Compiled(lambda: Topic.objects.in_menu().with_published_counts())
_SERIES = Compiled(lambda: Series.objects.with_parts().filter(slug=Given("slug")))
_ALL_SERIES = Compiled(lambda: Series.objects.with_parts())
_PARTS = Compiled(
    lambda: (
        Article.objects.published()
        .for_cards()
        .with_writer_names()
        .filter(is_among("pk", "numbers"))
    )
)


def read_author(slug: str) -> Author | None:
    """An author whom readers know, with portrait and links; None when there is none."""
    person = _AUTHOR.first(slug=slug)
    if person is not None:
        found = {"links": _LINKS.rows(author=person.pk)}
        person._prefetched_objects_cache = found  # type: ignore[attr-defined]
    return person


def reviewed_by(person: Author) -> list[Article]:
    """The newest articles that somebody reviewed."""
    return _REVIEWED.rows(person=person.pk)


def authors_page(cursor: str) -> ListPage[Author]:
    """People whom readers know, with portraits, by name.

    The cursor is the number of the last person before this page, empty for the first page. Raises
    BadCursor.
    """
    if cursor and not _NUMBER.fullmatch(cursor):
        raise BadCursor
    rows = _AUTHORS_AFTER.rows(person=int(cursor)) if cursor else _AUTHORS.rows()
    following = str(rows[AUTHORS_SIZE - 1].pk) if len(rows) > AUTHORS_SIZE else ""
    return ListPage(rows[:AUTHORS_SIZE], following, is_first=not cursor)


def read_topic(slug: str) -> Topic | None:
    """A topic with its `published_count` and its parent; None when there is none."""
    return _TOPIC.first(slug=slug)


def subtopics_of(topic: Topic) -> list[Topic]:
    """All sub-topics, also those without articles, each with its `published_count`."""
    return _SUBTOPICS.rows(topic=topic.pk)


def topics_and_subtopics() -> list[tuple[Topic, list[Topic]]]:
    """All topics that have articles, with their `published_count`, each with its sub-topics."""
    topics = _TOPICS.rows()
    return [
        (topic, [below for below in topics if below.parent_id == topic.pk])
        for topic in topics
        if topic.parent_id is None
    ]


def read_series(slug: str) -> Series | None:
    """A series with the numbers of its public parts in `parts`; None when it has none."""
    return _SERIES.first(slug=slug)


def parts_of(series: Series) -> list[Article]:
    """The public parts of a series from `read_series`, as cards, in their order."""
    numbers = vars(series)["parts"]
    return sorted(_PARTS.rows(numbers=numbers), key=lambda article: numbers.index(article.pk))


def all_series() -> list[Series]:
    """All series that have a public part."""
    return _ALL_SERIES.rows()
