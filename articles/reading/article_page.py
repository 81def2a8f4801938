"""An article with all that its page shows, and the articles around it."""

from dataclasses import dataclass
from typing import Any

from articles.models import Article, Contribution, Correction, Reference
from config.web.database.compiled import Compiled, Given, is_among

RELATED = 3  # shown at the end of an article
# The names of related rows, as prefetch_related() has them, with the statement that reads them.
_PARTS: dict[str, Compiled[Any]] = {
    "contributions": Compiled(
        lambda: Contribution.objects.select_related("author__portrait").filter(
            article=Given("article")
        )
    ),
    "references": Compiled(lambda: Reference.objects.filter(article=Given("article"))),
    "corrections": Compiled(lambda: Correction.objects.filter(article=Given("article"))),
}
_ARTICLE = Compiled(
    lambda: Article.objects.published().for_page().with_others().filter(slug=Given("slug"))
)
_OTHERS = Compiled(
    lambda: Article.objects.published().for_cards().filter(is_among("pk", "numbers"))
)


@dataclass(frozen=True)
class ArticlePage:
    """An article with all that its page shows, and other articles without their authors."""

    article: Article
    older: Article | None
    newer: Article | None
    related: list[Article]
    hidden: list[int]  # numbers of related ones that readers cannot see now

    @property
    def shown(self) -> list[Article]:
        """All articles of the page."""
        return [self.article, *self.related, *filter(None, (self.older, self.newer))]


def read_article(slug: str) -> ArticlePage | None:
    """The page of a public article, in five statements; None when there is no such article."""
    row = _ARTICLE.first(slug=slug)
    if row is None:
        return None
    found = {name: part.rows(article=row.pk) for name, part in _PARTS.items()}
    row._prefetched_objects_cache = found  # type: ignore[attr-defined]
    older, newer, related = vars(row)["older"], vars(row)["newer"], vars(row)["related"] or []
    numbers = {*related, older, newer} - {None}
    others = {other.pk: other for other in _OTHERS.rows(numbers=list(numbers))}
    return ArticlePage(
        row,
        older=others.get(older),
        newer=others.get(newer),
        related=[others[pk] for pk in related if pk in others][:RELATED],
        hidden=[pk for pk in related if pk not in others],
    )
