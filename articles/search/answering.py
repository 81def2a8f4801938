"""The answer to a search: results, results for a corrected query, or a query that finds more."""

from dataclasses import dataclass
from typing import Any

from articles.search.finding import Filters, Results, find
from articles.search.words import correct, looser


@dataclass(frozen=True)
class SearchAnswer:
    results: Results
    text: str  # the query that has these results
    instead_of: str = ""  # the query as typed, where it finds nothing and the corrected `text` does
    # When nothing is found: a query that finds something, and the number of unfiltered results.
    looser: str = ""
    unfiltered: int = 0


def answer(text: str, filters: Filters, **page: Any) -> SearchAnswer:
    """Results of `text`, or of the corrected `text`, or no results and a looser query.

    `page` are the arguments of `find`: `after`, `newest_first`. Raises listings.BadCursor and
    bounds.TooSlow.
    """
    results = find(text, filters, **page)
    if results.count or not results.is_searchable:
        return SearchAnswer(results, text)
    meant = correct(text)
    if meant != text:
        instead = find(meant, filters, **page)
        if instead.count:
            return SearchAnswer(instead, meant, instead_of=text)
    unfiltered = find(text, Filters()).count if filters != Filters() else 0
    return SearchAnswer(results, text, looser=looser(meant), unfiltered=unfiltered)
