from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import Article


class PickFilter(admin.SimpleListFilter):
    title = _("editors' picks")
    parameter_name = "pick"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Editors' pick"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        return queryset.filter(picked_at__isnull=False) if self.value() == "yes" else queryset


class PicksOnFront(admin.ModelAdmin):
    """Choosing the editors' picks, in an article's form or several in the list.

    Only people who may publish can do it.
    """

    @admin.action(description=_("Add to editors' picks"), permissions=["publish"])
    def pick_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        for article in queryset:
            article.pick(by=request.user)  # type: ignore[arg-type]
        _say_how_many(request)

    @admin.action(description=_("Remove from editors' picks"), permissions=["publish"])
    def unpick_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        for article in queryset:
            article.unpick(by=request.user)  # type: ignore[arg-type]
        _say_how_many(request)

    def save_pick(self, request: Any, form: Any, article: Article) -> None:
        """Save the form's checkbox for the article. It is ignored when the user may not publish."""
        if "editors_pick" not in form.changed_data:
            return
        if request.user.has_perm("articles.publish_article"):
            verb = "pick" if form.cleaned_data["editors_pick"] else "unpick"
            getattr(article, verb)(by=request.user)


def _say_how_many(request: HttpRequest) -> None:
    number = Article.objects.picks().count()
    text = ngettext(
        "Readers now have %(count)s editors' pick. The newest are on the front page.",
        "Readers now have %(count)s editors' picks. The newest are on the front page.",
        number,
    )
    messages.success(request, text % {"count": number})
