"""An article with all that its page shows, and the articles around it."""

from dataclasses import dataclass

from articles.models import Article, Contribution, Correction, Reference, Series
from config.web.database.compiled import Compiled, Given, is_among

RELATED = 3  # shown at the end of an article
_ARTICLE = Compiled(
    lambda: (
        Article.objects.published()
        .for_page()
        .select_related("topic", "hero", "series_entry__series")
        .with_others()
        .filter(slug=Given("slug"))
    ),
    contributions=lambda: Contribution.objects.select_related("author__portrait").filter(
        article__slug=Given("slug")
    ),
    references=lambda: Reference.objects.filter(article__slug=Given("slug")),
    corrections=lambda: Correction.objects.filter(article__slug=Given("slug")),
)
_OTHERS = Compiled(
    lambda: Article.objects.published().for_cards().filter(is_among("pk", "numbers"))
)


@dataclass(frozen=True)
class SeriesPart:
    """The place of an article among the public parts of its series, counted from 1."""

    series: Series
    number: int
    of: int
    previous: Article | None
    next: Article | None


@dataclass(frozen=True)
class ArticlePage:
    """An article with all that its page shows, and other articles without their authors."""

    article: Article
    older: Article | None
    newer: Article | None
    related: list[Article]
    hidden: list[int]  # numbers of related ones that readers cannot see now
    part: SeriesPart | None  # None when it is in no series
    lines: list[Article]  # the articles of which the page shows the titles alone

    @property
    def shown(self) -> list[Article]:
        """All articles of the page."""
        return [self.article, *self.related, *self.lines]


def read_article(slug: str) -> ArticlePage | None:
    """The page of a public article, in two statements; None when there is no such article."""
    row = _ARTICLE.first(slug=slug)
    if row is None:
        return None
    older, newer, related = vars(row)["older"], vars(row)["newer"], vars(row)["related"] or []
    parts = vars(row)["parts"]
    place = parts.index(row.pk) if row.pk in parts else 0
    before, after = parts[place - 1 : place], parts[place + 1 : place + 2]
    numbers = {*related, older, newer, *before, *after} - {None}
    rows = _OTHERS.rows(numbers=list(numbers)) if numbers else []
    others = {other.pk: other for other in rows}
    return ArticlePage(
        row,
        older=others.get(older),
        newer=others.get(newer),
        related=[others[pk] for pk in related if pk in others][:RELATED],
        hidden=[pk for pk in related if pk not in others],
        lines=[others[pk] for pk in (older, newer, *before, *after) if pk in others],
        part=SeriesPart(
            row.series_entry.series,
            number=place + 1,
            of=len(parts),
            previous=next(map(others.get, before), None),
            next=next(map(others.get, after), None),
        )
        if parts
        else None,
    )
