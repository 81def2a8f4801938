"""The comments that a moderator asked to see: a tab, narrowed by filters.

The query of the address holds all of it. Each filter has an index.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import QueryCanceled

from articles.models import Article
from comments.models import Comment
from comments.moderating.moderators import moderators
from comments.moderating.queue.tabs import COUNTED, TABS, Batch, Cursor, Tab, read_batch
from comments.querysets import CommentQuerySet
from config.web.requests.capped_paging import capped_count
from config.web.text.addresses import known_as
from config.web.text.fields import LineInput

MILLISECONDS = 2000
# Up to so many comments with the searched words are read by primary key. If there are more, each
# comment of the tab is looked at until the batch is full.
RARE = 2000
_LARGEST = 2**63 - 1
_YEAR_3000 = 32_503_680_000


class FilterForm(forms.Form):
    """The filters, typed or followed as a link. A value that cannot be finds no comment."""

    q = LineInput(
        label=gettext_lazy("Words or an email address"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    by = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Decided by"),
        required=False,
        empty_label=gettext_lazy("anyone"),
    )
    article = forms.IntegerField(
        required=False, min_value=1, max_value=_LARGEST, widget=forms.HiddenInput
    )
    network = forms.CharField(required=False, max_length=49, widget=forms.HiddenInput)
    # Seconds since 1970: what one run over many comments decided, to undo it.
    since = forms.FloatField(
        required=False, min_value=0, max_value=_YEAR_3000, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, auto_id="queue-%s")
        by: Any = self.fields["by"]
        by.queryset = moderators().order_by("username")

    def narrow(self, comments: CommentQuerySet) -> CommentQuerySet:
        """Those of `comments` that match all filters."""
        if not self.is_valid():
            return comments.none()
        given = self.cleaned_data
        since = given["since"]
        exact = {
            "article_id": given["article"],
            "network": given["network"],
            "decided_by": given["by"],
            "decided_at__gte": since and datetime.fromtimestamp(since, UTC),
        }
        comments = comments.filter(**{name: value for name, value in exact.items() if value})
        return _searched(comments, given["q"]) if given["q"] else comments

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def chosen_article(self) -> Article | None:
        pk = self.is_valid() and self.cleaned_data["article"]
        return Article.objects.filter(pk=pk).only("title", "slug").first() if pk else None


def _searched(comments: CommentQuerySet, words: str) -> CommentQuerySet:
    if "@" in words:
        return comments.filter(email=known_as(words))
    matching = Comment.objects.matching(words).order_by().values_list("pk", flat=True)
    found = list(matching[: RARE + 1])
    # PostgreSQL guesses badly how rare a word is, and would read a whole tab for it.
    return comments.filter(pk__in=found) if len(found) <= RARE else comments.matching(words)


class TooCommon(Exception):
    """So many comments of other tabs have the words that the search takes too long."""


@contextmanager
def bounded() -> Iterator[None]:
    """Let searches use indexes only, and take MILLISECONDS at most. Raises TooCommon."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_seqscan', 'off', true),"
                " set_config('statement_timeout', %s, true)",
                [str(MILLISECONDS)],
            )
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooCommon from error
        raise


def newest_found(words: str, *, shown: int, most: int) -> tuple[list[int], int]:
    """Primary keys of the newest comments of all tabs with these words, or of an e-mail address.

    With their number, which ends at `most`. Raises TooCommon. Of up to so many the index gives all,
    and they are sorted here. Of a common word a batch of the queue would make word vectors of
    hundreds of comments; a few are found among the newest.
    """
    found = (
        Comment.objects.filter(email=known_as(words))
        if "@" in words
        else Comment.objects.matching(words)
    )
    with bounded():
        places = list(found.order_by().values_list("created_at", "pk")[:most])
        if len(places) < most:
            return [pk for _at, pk in sorted(places, reverse=True)[:shown]], len(places)
        newest = found.order_by("-created_at", "-pk").values_list("pk", flat=True)
        return list(newest[:shown]), most


@dataclass(frozen=True)
class Chip:
    """An active filter, and the query that leaves it out."""

    label: str
    value: str
    without: str


class Listing:
    """What the query of an address asks for. An unknown tab becomes "pending"."""

    def __init__(self, query: QueryDict) -> None:
        self.name = query.get("tab", "")
        if self.name not in TABS:
            self.name = "pending"
        self.tab: Tab = TABS[self.name]
        self.filters = FilterForm(query)
        self.after = Cursor.read(query.get("after", ""))

    @cached_property
    def comments(self) -> CommentQuerySet:
        return self.filters.narrow(self.tab.in_order())

    def batch(self) -> Batch:
        return read_batch(self.comments, oldest_first=self.tab.oldest_first, after=self.after)

    def count(self) -> int:
        """How many comments match, at most COUNTED + 1. Raises TooCommon."""
        with bounded():
            return capped_count(self.comments, COUNTED + 1)

    def search(self) -> Batch:
        """The batch, and when a filter is active how many comments match. Raises TooCommon."""
        if not self.filters.is_active:
            return self.batch()
        with bounded():
            return replace(self.batch(), total=self.count())

    def query(self, **changed: str | None) -> str:
        """The query of the first batch, with some filters changed, or left out if None."""
        data = self.filters.data
        given = {name: data[name] for name in self.filters.fields if data.get(name)}
        given = {"tab": self.name} | given | changed
        wanted = QueryDict(mutable=True)
        wanted.update({name: value for name, value in given.items() if value})
        return wanted.urlencode()

    def chips(self) -> list[Chip]:
        """The active filters that no field of the page shows."""
        data, chips = self.filters.data, []
        if data.get("article"):
            title = str(self.filters.chosen_article() or data["article"])
            chips.append(Chip(_("Article"), title, self.query(article=None)))
        if data.get("network"):
            chips.append(Chip(_("Network"), data["network"], self.query(network=None)))
        if data.get("since"):
            chips.append(Chip(_("Decided"), _("in one run"), self.query(since=None)))
        return chips
