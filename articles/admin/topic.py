from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from config.web.editing.admin_search import WordSearch
from config.web.editing.labels import LabelledList
from config.web.text.search_words import SearchWords


@admin.register(Topic)
class TopicAdmin(LabelledList, WordSearch, admin.ModelAdmin):
    list_display = ["name", "parent", "position", "published_articles", "has_disclaimer"]
    list_select_related = ["parent"]
    list_editable = ["position"]
    search_fields = ["name", "description"]
    ordering = ["position", SearchWords("name"), "pk"]  # repeats the model's, which counting drops
    fields = ["name", "parent", "description", "disclaimer", "review_months", "position", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        topics: Any = super().get_queryset(request)
        return topics.with_published_counts()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only topics that are no sub-topics are offered as a parent."""
        if db_field.name == "parent":
            kwargs["queryset"] = Topic.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("published articles"), ordering="published_count")
    def published_articles(self, topic: Any) -> int:
        return topic.published_count

    @admin.display(description=_("disclaimer"), boolean=True)
    def has_disclaimer(self, topic: Topic) -> bool:
        return bool(topic.disclaimer)
