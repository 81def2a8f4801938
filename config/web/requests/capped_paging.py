"""Pages of long lists. PostgreSQL would read a whole table to count its rows."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


def capped_count(rows: QuerySet[Any], cap: int) -> int:
    """The number of rows, or `cap` when there are more."""
    return rows.order_by()[:cap].count()


class CappedPaginator(Paginator):
    """Shows the first ten thousand rows. The others are found by search and filters.

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
