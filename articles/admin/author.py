from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.widgets import PictureChoice, thumbnail
from articles.models import Author, AuthorLink
from config.web.editing.admin_search import WordSearch
from config.web.editing.labels import LabelledFormSet
from config.web.text.search_words import SearchWords


class AuthorForm(forms.ModelForm):
    portrait = PictureChoice(label=_("Portrait"))

    class Meta:
        model = Author
        fields = "__all__"  # noqa: DJ007 - the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            free = Q(author=None) | Q(author=self.instance.pk)
            logins: Any = self.fields["user"]
            logins.queryset = User.objects.filter(free, is_staff=True, is_active=True)


class AuthorLinkInline(admin.TabularInline):
    model = AuthorLink
    formset = LabelledFormSet
    extra = 0
    fields = ["label", "url", "position"]


@admin.register(Author)
class AuthorAdmin(WordSearch, admin.ModelAdmin):
    form = AuthorForm
    inlines = [AuthorLinkInline]
    list_display = ["face", "name", "role", "affiliation", "published_articles", "user"]
    list_display_links = ["name"]
    list_select_related = ["portrait", "user"]
    search_fields = ["name", "role", "affiliation"]
    show_full_result_count = False
    ordering = [SearchWords("name"), "pk"]  # repeats the model's, which counting drops
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "role",
                    "credentials",
                    "affiliation",
                    "orcid",
                    "bio",
                    "portrait",
                ]
            },
        ),
        (_("Address and account"), {"fields": ["slug", "user"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        authors: Any = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            return authors  # names only: an author may name anybody as co-author
        return authors.visible_to(request.user).with_published_counts()

    def get_fieldsets(self, request: HttpRequest, obj: Author | None = None) -> Any:
        """Only editors see an author's address and login."""
        fieldsets = list(super().get_fieldsets(request, obj))
        return fieldsets if request.user.has_perm("articles.edit_any_article") else fieldsets[:1]

    @admin.display(description="")
    def face(self, author: Author) -> str:
        return thumbnail(author.portrait)

    @admin.display(description=_("published articles"), ordering="published_count")
    def published_articles(self, author: Any) -> int:
        return author.published_count
