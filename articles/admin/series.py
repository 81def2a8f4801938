from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Series, SeriesEntry
from config.web.editing.admin_search import WordSearch
from config.web.editing.labels import LabelledFormSet
from config.web.editing.related_rows import ChosenRelations
from config.web.text.search_words import SearchWords


class SeriesEntryInline(ChosenRelations, admin.TabularInline):
    model = SeriesEntry
    formset = LabelledFormSet
    autocomplete_fields = ["article"]
    extra = 0
    fields = ["position", "article"]


@admin.register(Series)
class SeriesAdmin(WordSearch, admin.ModelAdmin):
    """Articles in an order. Readers see the published ones; others may be prepared here."""

    inlines = [SeriesEntryInline]
    list_display = ["title", "number_of_articles"]
    search_fields = ["title", "description"]
    show_full_result_count = False
    ordering = [SearchWords("title"), "pk"]  # repeats the model's, which counting drops
    fields = ["title", "description", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        return super().get_queryset(request).annotate(number=Count("entries"))

    @admin.display(description=_("articles"), ordering="number")
    def number_of_articles(self, series: Any) -> int:
        return series.number
