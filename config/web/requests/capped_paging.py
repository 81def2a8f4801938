"""Long lists without counting every row: PostgreSQL reads a whole table to count it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


def capped_count(rows: QuerySet[Any], cap: int) -> int:
    """How many rows, or `cap` when there are as many or more."""
    return rows.order_by()[:cap].count()


class CappedPaginator(Paginator):
    """Leads to the first ten thousand rows; to see others, people search and filter.

    For a ModelAdmin: `paginator = CappedPaginator` and `show_full_result_count = False`.
    """

    CAP = 10_000
    object_list: Any

    @cached_property
    def count(self) -> int:
        return capped_count(self.object_list, self.CAP)

    @property
    def is_capped(self) -> bool:
        return self.count == self.CAP
