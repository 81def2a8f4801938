"""Reading the queue, inside the admin."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import Comment, DiscussionSettings, RejectionReason
from comments.moderating.queue.listing import Found, Listing, TooCommon
from comments.moderating.queue.rows import ago, rows_of
from comments.moderating.queue.tabs import TABS, capped, counts
from comments.moderating.queue.verbs import Item

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import User

# More than a page shows at once.
MOST_ITEMS = 200


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One tab, a batch at a time. The page's script fetches the batches after it from the same address."""
    require_right(request, "view_comment")
    listing = Listing(request.GET)
    try:
        found, too_common = listing.search(), False
    except TooCommon:
        found, too_common = Found([], None), True
    context = {
        "title": _("Moderation queue"),
        "rows": rows_of(found.numbers, tab=listing.tab, viewer=user_of(request)),
        "following": found.following,
        "number": found.total,
        "total": None if found.total is None else capped(found.total),
        "too_common": too_common,
        "tabs": tabs(listing),
        "waits_too_long": waits_too_long(),
        "undo": items_of([request.GET.get("undo", "")]),
        **around_rows(request, listing),
    }
    return page(request, "admin/comments/queue.html", context)


@never_cache
@require_safe
def changes(request: HttpRequest) -> JsonResponse:
    """Of the comments that a page shows (`seen`), those that are not the version it shows, as they are now."""
    require_right(request, "view_comment")
    seen = dict(items_of([request.GET.get("seen", "")]))
    now = dict(Comment.objects.filter(pk__in=seen).values_list("pk", "version"))
    changed = [pk for pk, version in seen.items() if now.get(pk) != version]
    return JsonResponse({"rows": rows_as_html(request, changed) if changed else {}})


def rows_as_html(request: HttpRequest, numbers: "Iterable[int]") -> dict[int, str]:
    """Rows of the tab that the request names; an empty text for what is gone."""
    listing = Listing(QueryDict(request.POST.get("back")) if request.POST else request.GET)
    html = dict.fromkeys(numbers, "")
    around = around_rows(request, listing)
    for row in rows_of(html, tab=listing.tab, viewer=user_of(request)):
        context = {"row": row, **around}
        html[row.comment.pk] = render_to_string(
            "admin/comments/_queue_comment.html", context, request
        )
    return html


def around_rows(request: HttpRequest, listing: Listing) -> dict[str, Any]:
    """What is the same in every row, made once."""
    reasons = list(RejectionReason.objects.all())
    return {
        "listing": listing,
        "back": listing.query(),
        "decide_url": reverse("admin:comments_queue_decide"),
        "may_decide": may(request, "moderate_comment"),
        "reasons": reasons,
        "reason_choices": render_to_string(
            "admin/comments/_queue_reasons.html", {"reasons": reasons}
        ),
    }


def tabs(listing: Listing) -> list[dict[str, Any]]:
    numbers = counts()
    return [
        {
            "name": name,
            "label": tab.label,
            "count": capped(numbers[name]) if name in numbers else "",
            "query": listing.query(tab=name),
            "is_current": name == listing.name,
        }
        for name, tab in TABS.items()
    ]


def waits_too_long() -> str:
    """How long the oldest comment has waited, when that is longer than it should."""
    hours = DiscussionSettings.current().alarm_after_hours
    since = Comment.objects.waiting_since() if hours else None
    return ago(since) if since and hours and _hours(since) >= hours else ""


def _hours(since: "datetime") -> float:
    return (timezone.now() - since).total_seconds() / 3600


# What all views of the queue need


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    around = admin.site.each_context(request)
    own = {
        "may_decide": may(request, "moderate_comment"),
        "opts": Comment._meta,
        # The words need the width; the way back is in the breadcrumbs.
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, template, around | own | context)


def may(request: HttpRequest, right: str) -> bool:
    return request.user.has_perm(f"comments.{right}")


def require_right(request: HttpRequest, right: str) -> None:
    if not may(request, right):
        raise PermissionDenied


def user_of(request: HttpRequest) -> "User":
    return cast("User", request.user)  # admin_view: nobody anonymous


def items_of(texts: list[str]) -> list[Item]:
    """Reads "12-1,13-4": comments and the versions that somebody saw. Leaves out what is none."""
    parts = [part.partition("-") for text in texts for part in text.split(",")]
    items = [(int(pk), int(version)) for pk, _dash, version in parts if _is_id(pk, version)]
    return items[:MOST_ITEMS]


def _is_id(*numbers: str) -> bool:
    return all(n.isascii() and n.isdecimal() and len(n) <= 18 for n in numbers)
