from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Contribution, ScheduledStep
from config.web.database.keys import may_be_key


class StateFilter(admin.SimpleListFilter):
    """The status in editors' words.

    "scheduled" is apart from "approved". "published" includes scheduled ones whose time has come.
    """

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", _("Draft")),
            ("returned", _("Returned to draft")),
            ("in_review", _("In review")),
            ("approved", _("Approved")),
            ("scheduled", _("Scheduled")),
            ("published", _("Published")),
            ("changed", _("Published, with unpublished changes")),
            ("planned", _("With scheduled changes or withdrawal")),
            ("stopped", _("Could not be published")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        match self.value():
            case "returned":
                return queryset.returned()
            case "scheduled":
                return queryset.scheduled()
            case "published":
                return queryset.published()
            case "changed":
                return queryset.filter(working_copy__isnull=False)
            case "stopped":
                return queryset.stopped()
            case "planned":
                steps = ScheduledStep.objects.filter(article=OuterRef("pk"))
                return queryset.filter(Exists(steps))
            case "approved":
                return queryset.filter(status="approved", published_at=None)
            case "draft" | "in_review" | "withdrawn" as status:
                return queryset.filter(status=status)
        return queryset


class ReviewFilter(admin.SimpleListFilter):
    """Public articles whose facts have to be checked again. Readers do not see this."""

    title = _("next review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("Due")), ("soon", _("Due within 30 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        today = timezone.localdate()
        match self.value():
            case "due":
                return queryset.review_due(by=today)
            case "soon":
                return queryset.review_due(by=today + timedelta(days=30))
        return queryset


class AuthorFilter(admin.RelatedOnlyFieldListFilter):
    """People in the articles that were saved last. Others are found by the search."""

    RECENT = 20

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("authors of recent articles")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = model_admin.get_queryset(request).order_by("-modified_at", "-pk")
        last = list(rows.values_list("pk", flat=True)[: self.RECENT])
        lines = Contribution.objects.filter(article__in=last)
        chosen = list(filter(may_be_key, self.lookup_val or []))
        shown = Q(pk__in=lines.values("author")) | Q(pk__in=chosen)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, limit_choices_to=shown, ordering=ordering)
