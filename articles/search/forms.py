"""The form of the search page."""

from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from articles.search.answering import SearchAnswer, answer
from articles.search.bounds import TooSlow
from articles.search.finding import Filters
from config.web.text.characters import is_blank
from config.web.text.fields import LineInput

LONGEST_QUERY = 200
_DAY: dict[str, Any] = {
    "required": False,
    "widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    "input_formats": ["%Y-%m-%d"],
    "validators": [MinValueValidator(date(1500, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    "error_messages": {"invalid": gettext_lazy("Enter a date as 2026-01-31.")},
}
FILTERS = ("topic", "author", "since", "until")
BY_DATE = "date"


def assignment(name: str, value: str) -> str:
    """A field of a query string; "" without a value."""
    return urlencode({name: value}) if value else ""


class SearchForm(forms.Form):
    q = LineInput(
        label=gettext_lazy("Search for"),
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
        error_messages={"required": gettext_lazy("Enter one or more words to search for.")},
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("Topic"),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("All topics"),
        error_messages={"invalid_choice": gettext_lazy("Choose a topic from the list.")},
    )
    author = LineInput(
        label=gettext_lazy("Author"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    # Any other text is the usual order: links write it, nobody types it.
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(label=gettext_lazy("Published from"), **_DAY)
    until = forms.DateField(label=gettext_lazy("Published until"), **_DAY)

    def __init__(self, data: QueryDict) -> None:
        # An empty query is no mistake: the reader has not asked yet.
        asked = not is_blank(data.get("q", ""))
        initial = {name: data[name] for name in FILTERS if data.get(name)}
        super().__init__(data if asked else None, initial=initial, auto_id="search_%s")
        if initial:
            self.offer_topics()

    def offer_topics(self) -> None:
        """Call it before the form is rendered. Most queries choose no topic and need no list."""
        self.fields["topic"].queryset = Topic.objects.with_articles()  # type: ignore[attr-defined]

    @cached_property
    def sent(self) -> dict[str, str]:
        """Each field as the address of a link to this search has it; "" for an empty one."""
        return {name: assignment(name, self.data.get(name, "")) for name in self.fields}

    @property
    def is_by_date(self) -> bool:
        return bool(self.data.get("sort") == BY_DATE)

    @property
    def shows_filters(self) -> bool:
        """Not after a search: its filters stand above the results, as links that undo them."""
        return bool(self.initial) and (not self.is_bound or bool(self.errors))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_action = reverse("articles:search")
        helper.form_class = "search-form"
        helper.attrs = {"role": "search"}
        submit = Submit("", _("Search"), css_id="search_submit")
        opening = "<details class='search-form__filters'{}><summary>{}</summary>"
        helper.layout = Layout(
            Div("q", submit, css_class="search-form__query"),
            *(["sort"] if self.is_by_date else []),
            HTML(opening.format(" open" if self.shows_filters else "", _("Filters"))),
            Div("topic", "author", css_class="form__row"),
            Div("since", "until", css_class="form__row"),
            HTML("</details>"),
        )
        return helper

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end date is before the start date. Swap them."))
        return cleaned

    def answer(self, *, after: str = "") -> SearchAnswer | None:
        """The answer to a valid form; None, and an error at the field, when it takes too long.

        Raises BadCursor when `after` is no cursor.
        """
        filters = Filters(**{name: self.cleaned_data[name] for name in FILTERS})
        try:
            words = self.cleaned_data["q"]
            return answer(words, filters, after=after, newest_first=self.is_by_date)
        except TooSlow:
            self.add_error("q", _("This search takes too long. Use fewer words, or rarer ones."))
            return None
