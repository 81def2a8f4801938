from typing import Any

from django.contrib import admin
from django.db.models import F, Func, QuerySet, TextField, Value
from django.http import HttpRequest

from config.web.text.search_words import SearchWords, read_query


class WordSearch(admin.ModelAdmin):
    """A list that is searched for parts of words, spelt as in the readers' search.

    "cafe" finds “Café”. A minus leaves out; quotes and hyphens join words.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = map(F, self.get_search_fields(request))
        text = Func(Value(" "), *fields, function="concat_ws", output_field=TextField())
        queryset = queryset.alias(searched=SearchWords(text))
        for sign, term in zip(*read_query(search_term), strict=True):
            found = {"searched__contains": SearchWords(Value(term))}
            queryset = queryset.exclude(**found) if "-" in sign else queryset.filter(**found)
        return queryset, False
