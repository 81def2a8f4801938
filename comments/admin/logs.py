"""The logs of decisions and of reports, to read only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Decision, Report
from comments.moderating.moderators import moderators
from comments.moderating.queue.rows import name_of
from config.web.database.keys import may_be_key
from config.web.requests.capped_paging import CappedPaginator


class ReadOnly(admin.ModelAdmin):
    """A list of a table with a million rows: no query counts all of them."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfComments(ReadOnly):
    """A list of rows about comments. The page of a row is the page of its comment."""

    list_display_links = None

    @admin.display(description=_("comment"))
    def about(self, line: Any) -> SafeString:
        comment: Comment = line.comment
        address = reverse("admin:comments_comment_change", args=[comment.pk])
        words = Truncator(f"{comment.name}: {comment.body}").chars(80)
        return format_html('<a href="{}" dir="auto">{}</a>', address, words)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        line = self.get_object(request, object_id)
        if line is None or not self.has_view_permission(request, line):
            raise Http404
        return redirect("admin:comments_comment_change", line.comment_id)


class ByFilter(admin.SimpleListFilter):
    title = _("moderator")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(person.pk), name_of(person)) for person in moderators().order_by("username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(by=int(value)) if may_be_key(value) else queryset.none()


@admin.register(Decision)
class DecisionAdmin(OfComments):
    list_display = ["at", "about", "was", "now", "who", "reason"]
    list_filter = [ByFilter, "became"]
    list_select_related = ["comment", "by"]

    @admin.display(description=_("to status"))
    def now(self, decision: Decision) -> str:
        became = decision.get_became_display()
        return gettext("%(status)s (undo)") % {"status": became} if decision.is_undo else became

    @admin.display(description=_("by"))
    def who(self, decision: Decision) -> str:
        return name_of(decision.by) if decision.by else "–"


class OpenFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("resolved", _("Resolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() not in {"open", "resolved"}:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(Report)
class ReportAdmin(OfComments):
    list_display = ["at", "reason", "text", "about", "resolved_at", "who"]
    list_filter = [OpenFilter, "reason"]
    list_select_related = ["comment", "resolved_by"]

    @admin.display(description=_("resolved by"))
    def who(self, report: Report) -> str:
        return name_of(report.resolved_by) if report.resolved_by else "–"
