from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Link, LinkUse
from config.web.requests.capped_paging import CappedPaginator

_SHOWN = 5


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Link.State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Link]:
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):
    """Where articles lead, to read only. Those who publish see it, and have links checked again."""

    list_display = ["leads_to", "status", "used_in"]
    list_display_links = None
    list_filter = [StateFilter]
    search_fields = ["address"]
    search_help_text = _("Part of the address")
    actions = ["check_again"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.publish_article")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        uses = LinkUse.objects.select_related("article").only("link", "article__title")
        shown = Prefetch("uses", uses.order_by("-article")[: _SHOWN + 1], to_attr="shown_uses")
        used = LinkUse.objects.filter(link=OuterRef("pk"))
        return super().get_queryset(request).filter(Exists(used)).prefetch_related(shown)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    @admin.display(description=_("address"))
    def leads_to(self, link: Link) -> str:
        return format_html(
            '<a class="link-address" href="{}" rel="noreferrer">{}</a>', link.address, link.address
        )

    @admin.display(description=_("status"))
    def status(self, link: Link) -> str:
        """In words, with the days on which it was seen first, failed first, and was checked."""
        dated = {
            _("first seen"): link.found_at,
            _("failing since"): link.failing_since,
            _("last checked"): link.checked_at,
        }
        days = [
            (name, date_format(timezone.localtime(at), "SHORT_DATE_FORMAT"))
            for name, at in dated.items()
            if at
        ]
        words = ": ".join(filter(None, [link.get_state_display(), link.said]))
        lines = format_html_join("", '<br><span class="quiet">{}: {}</span>', days)
        return format_html("{}{}", words, lines)

    @admin.display(description=_("articles"))
    def used_in(self, link: Any) -> str:
        rows = [
            (reverse("admin:articles_article_change", args=[use.article_id]), use.article.title)
            for use in link.shown_uses[:_SHOWN]
        ]
        written = format_html_join("", '<div><a href="{}" dir="auto">{}</a></div>', rows)
        more = gettext("and others") if len(link.shown_uses) > _SHOWN else ""
        return format_html("{}{}", written, more)

    @admin.action(description=_("Check selected links again"), permissions=["view"])
    def check_again(self, request: HttpRequest, queryset: QuerySet[Link]) -> None:
        Link.objects.filter(pk__in=queryset.values("pk")).update(check_at=timezone.now())
        messages.success(request, gettext("They will be checked again soon."))
