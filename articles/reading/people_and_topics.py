"""The pages of an author and of a topic, above their lists."""

from articles.models import Article, Author, AuthorLink, Topic
from articles.reading.listings import LIST_SIZE
from config.web.database.compiled import Compiled, Given

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
_TOPIC = Compiled(lambda: Topic.objects.with_published_counts().filter(slug=Given("slug")))


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


def read_topic(slug: str) -> Topic | None:
    """A topic with its `published_count`; None when there is none."""
    return _TOPIC.first(slug=slug)
