from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.admin.widgets import ProseField
from articles.models import Page
from config.web.editing.admin_search import WordSearch
from config.web.editing.labels import LabelledList


class PageForm(forms.ModelForm):
    body = ProseField(label=_("Text"))

    class Meta:
        model = Page
        fields = ["title", "slug", "body", "in_footer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = self.fields["slug"]
        slug.required = False  # the model's save() makes one
        slug.help_text = _(
            "The page's address: “about” makes /about/. Leave empty to make it from the title."
        )


@admin.register(Page)
class PageAdmin(LabelledList, WordSearch, admin.ModelAdmin):
    form = PageForm
    list_display = ["title", "address", "in_footer", "updated_at"]
    list_editable = ["in_footer"]
    search_fields = ["title"]
    fields = ["title", "slug", "body", "in_footer"]

    @admin.display(description=_("address"), ordering="slug")
    def address(self, page: Page) -> str:
        return f"/{page.slug}/"
