"""What a reader is answered: results, those of what was probably meant, or a way on."""

from dataclasses import dataclass

from articles.search.finding import Filters, Results, find
from articles.search.words import correct, looser


@dataclass(frozen=True)
class Answer:
    results: Results
    text: str  # what the results are of
    instead_of: str = ""  # what was asked, where that finds nothing and `text` something
    # Where this query finds nothing: one that finds something, and how many this one finds without filters.
    looser: str = ""
    unfiltered: int = 0


def answer(text: str, filters: Filters, *, after: str = "") -> Answer:
    """Results of `text`, of the same with mistyped words put right, or none and a looser query.

    Raises finding.BadCursor and bounds.TooSlow.
    """
    results = find(text, filters, after=after)
    if results.count or not results.is_searchable:
        return Answer(results, text)
    meant = correct(text)
    if meant != text:
        instead = find(meant, filters, after=after)
        if instead.count:
            return Answer(instead, meant, instead_of=text)
    unfiltered = find(text, Filters()).count if filters != Filters() else 0
    return Answer(results, text, looser=looser(meant), unfiltered=unfiltered)
