"""What a moderator asked to see: a tab, narrowed by filters. The query of an address is all that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from comments.moderating.queue.filters import FilterForm
from comments.moderating.queue.tabs import COUNTED, TABS, Place, Tab, batch
from comments.querysets import CommentQuerySet
from config.web.requests.capped_paging import capped_count

MILLISECONDS = 2000


class TooCommon(Exception):
    """The words searched stand in so many comments elsewhere that looking for them here takes too long."""


@contextmanager
def bounded() -> Iterator[None]:
    """For a search: by an index or not at all, and not for ever. Raises TooCommon."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_seqscan', 'off', true), set_config('statement_timeout', %s, true)",
                [str(MILLISECONDS)],
            )
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooCommon from error
        raise


@dataclass(frozen=True)
class Chip:
    """An active filter, and the query that leaves it out."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Found:
    numbers: list[int]
    following: Place | None
    # Of all that match, counted up to COUNTED + 1; None while nothing narrows the tab.
    total: int | None = None


class Listing:
    def __init__(self, query: QueryDict) -> None:
        self.name = query.get("tab", "")
        if self.name not in TABS:
            self.name = "pending"
        self.tab: Tab = TABS[self.name]
        self.filters = FilterForm(query)
        self.after = Place.read(query.get("after", ""))

    @cached_property
    def comments(self) -> CommentQuerySet:
        return self.filters.narrow(self.tab.in_order())

    def batch(self) -> tuple[list[int], Place | None]:
        return batch(self.comments, oldest_first=self.tab.oldest_first, after=self.after)

    def count(self) -> int:
        """At most COUNTED + 1. Raises TooCommon."""
        with bounded():
            return capped_count(self.comments, COUNTED + 1)

    def search(self) -> "Found":
        """The batch, and how many match. Raises TooCommon."""
        if not self.filters.is_active:
            return Found(*self.batch())
        with bounded():
            return Found(*self.batch(), self.count())

    def query(self, **changed: str | None) -> str:
        """The address's query with something changed, or with None left out; always from the first batch on."""
        data = self.filters.data
        given = {name: data[name] for name in self.filters.fields if data.get(name)}
        given = {"tab": self.name} | given | changed
        wanted = QueryDict(mutable=True)
        wanted.update({name: value for name, value in given.items() if value})
        return wanted.urlencode()

    def chips(self) -> list[Chip]:
        """The filters that no field of the page shows."""
        data, found = self.filters.data, []
        if data.get("article"):
            title = str(self.filters.chosen_article() or data["article"])
            found.append(Chip(_("Article"), title, self.query(article=None)))
        if data.get("network"):
            found.append(Chip(_("Network"), data["network"], self.query(network=None)))
        if data.get("since"):
            found.append(Chip(_("Decided"), _("in one run"), self.query(since=None)))
        return found
