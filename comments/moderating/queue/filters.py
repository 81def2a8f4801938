"""Narrowing a tab: by article, writer, network, words, and who decided. Nothing is searched without an index."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.moderating.moderators import moderators
from comments.querysets import CommentQuerySet
from config.web.text.addresses import known_as
from config.web.text.fields import LineInput

# So many comments with the words searched are read by number; more of them are found along the tab.
RARE = 2000
_LARGEST = 2**63 - 1
_YEAR_3000 = 32_503_680_000


class FilterForm(forms.Form):
    """Typed or followed as a link; what cannot be is found nowhere."""

    q = LineInput(
        label=_("Words, or an e-mail address"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    by = forms.ModelChoiceField(
        User.objects.none(), label=_("Decided by"), required=False, empty_label=_("anybody")
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
        by.queryset = moderators_of_comments()

    def narrow(self, comments: CommentQuerySet) -> CommentQuerySet:
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
    matching = comments.model.objects.matching(words).order_by().values_list("pk", flat=True)
    found = list(matching[: RARE + 1])
    # PostgreSQL guesses badly how rare a word is, and would read a whole tab for it.
    return comments.filter(pk__in=found) if len(found) <= RARE else comments.matching(words)


def moderators_of_comments() -> QuerySet[User]:
    """To choose from: who may decide, by name."""
    return moderators().order_by("username")
