"""Articles in the order of a number, as the desk's first page draws them."""

from dataclasses import dataclass

from django.utils.formats import number_format

from articles.models import Article


@dataclass(frozen=True)
class Ranked:
    article: Article
    number: int
    width: float  # of its bar, in percent of the longest one

    @property
    def said(self) -> str:
        return number_format(self.number, force_grouping=True)


def ranked(*tables: list[tuple[int, int]]) -> list[list[Ranked]]:
    """Tables of (article, number) as lines, in one query. Articles that are gone are left out."""
    numbers = {pk for rows in tables for pk, _number in rows}
    titles = Article.objects.only("title").in_bulk(numbers) if numbers else {}
    found = []
    for rows in tables:
        longest = max((number for _pk, number in rows), default=1)
        found.append(
            [
                Ranked(titles[pk], number, round(100 * number / longest, 1))
                for pk, number in rows
                if pk in titles
            ]
        )
    return found
