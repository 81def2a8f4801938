"""Subscribers to look at, search, unsubscribe and export.

No subscriber can be added here: only the reader can consent.
"""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.web import audit
from config.web.requests.capped_paging import CappedPaginator
from config.web.text.addresses import known_as
from newsletter import reporting
from newsletter.models import Subscriber
from newsletter.spreadsheets import csv_lines

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EXPORT_FIELDS = [
    "email",
    "status",
    "requested_at",
    "consent_wording",
    "consent_page",
    "confirmed_at",
    "unsubscribed_at",
]


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    list_display = ["email", "status", "requested_at", "confirmed_at", "unsubscribed_at", "mail"]
    list_filter = ["status", "requested_at", "confirmed_at", "unsubscribed_at"]
    search_fields = ["email"]
    search_help_text = _("Part of an email address")
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    actions = ["unsubscribe_selected"]
    fields = [*EXPORT_FIELDS, "mail"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Subscriber], search_term: str
    ) -> tuple[QuerySet[Subscriber], bool]:
        return super().get_search_results(request, queryset, known_as(search_term))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the row is evidence

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.view_subscriber")

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.change_subscriber")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(
            "newsletter.export_subscriber"
        )

    @admin.display(description=_("email"))
    def mail(self, subscriber: Subscriber) -> str:
        """Whether a mail to this address is due, and how often it was tried."""
        if subscriber.mail_given_up:
            return gettext("failed after %(tries)s tries") % {"tries": subscriber.mail_attempts}
        if subscriber.mail_due_at is None:
            return "–"
        if subscriber.mail_attempts:
            text = ngettext(
                "waiting, tried %(tries)s time",
                "waiting, tried %(tries)s times",
                subscriber.mail_attempts,
            )
            return text % {"tries": subscriber.mail_attempts}
        return gettext("pending")

    @admin.action(description=_("Unsubscribe selected subscribers"), permissions=["unsubscribe"])
    def unsubscribe_selected(
        self, request: HttpRequest, queryset: QuerySet[Subscriber, Subscriber]
    ) -> None:
        left = [subscriber for subscriber in queryset if subscriber.unsubscribe()]
        for subscriber in left:
            self.log_change(request, subscriber, gettext("Unsubscribed."))
        text = ngettext(
            "%(count)s subscriber was unsubscribed.",
            "%(count)s subscribers were unsubscribed.",
            len(left),
        )
        self.message_user(request, text % {"count": len(left)}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_safe(self.export))
        growth = self.admin_site.admin_view(require_safe(self.growth))
        return [
            path("export/", export, name="newsletter_subscriber_export"),
            path("growth/", growth, name="newsletter_subscriber_growth"),
            *super().get_urls(),
        ]

    def growth(self, request: HttpRequest) -> HttpResponse:
        """Who joined and left, and what came back, by month as charts; and the list by status."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        figures = reporting.list_figures()
        months = reporting.growth(figures)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("Subscriber growth"),
            "months": months,
            "joined_and_left": reporting.bars(months, "joined", "left"),
            "bounced_and_complained": reporting.bars(months, "bounced", "complained"),
            "health": reporting.health(figures),
            "counted_at": figures.counted_at,
        }
        return render(request, "admin/newsletter/growth.html", context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {
            "may_export": self.has_export_permission(request),
            "export_query": request.GET.urlencode(),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """The rows of the list, with its filters and search, as a CSV file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        exported = audit.AuditEntry.Action.EXPORTED
        audit.record(exported, by=cast("User", request.user), request=request, detail="subscribers")
        lines = csv_lines(EXPORT_FIELDS, rows.values_list(*EXPORT_FIELDS).iterator())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"subscribers-{timezone.localdate():%Y-%m-%d}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "private, no-store"
        return response
