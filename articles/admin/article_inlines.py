from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.article_rows import (
    ContributionForm,
    ContributionFormSet,
    CorrectionFormSet,
    ReferenceForm,
    ReferenceFormSet,
)
from articles.admin.relations import RelatedRows
from articles.models import Article, Contribution, Correction, Reference
from config.web.editing.moment_fields import MOMENTS
from config.web.editing.related_rows import ChosenRelations


class _ArticleInline(admin.StackedInline):
    """Rows of an article, which people change who may change the article."""

    extra = 0
    classes = ["collapse"]

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return self._may_change(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        formset.is_editable = self._may_change(request, obj)
        return formset

    def _may_change(self, request: HttpRequest, article: Article | None) -> bool:
        # All rows are replaced at each save.
        verbs = (super().has_add_permission, super().has_change_permission)
        if not all(may(request, article) for may in (*verbs, super().has_delete_permission)):
            return False
        if article is None or article._state.adding:
            return True
        article_admin = self.admin_site.get_model_admin(Article)
        return article_admin.has_change_permission(request, article)


class ContributionInline(RelatedRows, ChosenRelations, _ArticleInline):
    model = Contribution
    form = ContributionForm
    formset = ContributionFormSet
    autocomplete_fields = ["author"]
    fields = ["author", "part", "position"]
    verbose_name = _("person")
    verbose_name_plural = _("people, in byline order")


class ReferenceInline(_ArticleInline):
    model = Reference
    form = ReferenceForm
    formset = ReferenceFormSet
    fields = ["number", "text", "url"]


class CorrectionInline(_ArticleInline):
    model = Correction
    formset = CorrectionFormSet
    formfield_overrides = MOMENTS
    fields = ["corrected_at", "text"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
