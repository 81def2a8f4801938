"""What a moderator asked to see: a tab, narrowed by filters. The query of an address is all that says so."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from comments.querysets import CommentQuerySet
from comments.queue.filters import FilterForm
from comments.queue.tabs import COUNTED, TABS, Place, Tab, batch
from config.web.capped_paging import capped_count


@dataclass(frozen=True)
class Chip:
    """An active filter, and the query that leaves it out."""

    label: str
    value: str
    without: str


class Listing:
    def __init__(self, query: QueryDict) -> None:
        self.name = query.get("tab", "")
        if self.name not in TABS:
            self.name = "pending"
        self.tab: Tab = TABS[self.name]
        self.filters = FilterForm(query)
        self.after = Place.read(query.get("after", ""))

    @property
    def comments(self) -> CommentQuerySet:
        return self.filters.narrow(self.tab.in_order())

    def batch(self) -> tuple[list[int], Place | None]:
        return batch(self.comments, oldest_first=self.tab.oldest_first, after=self.after)

    def count(self) -> int:
        """At most COUNTED + 1."""
        return capped_count(self.comments, COUNTED + 1)

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
