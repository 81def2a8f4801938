"""The queue's pages, inside the admin."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.queue.filters import FilterForm
from comments.queue.rows import rows_of
from comments.queue.tabs import TABS, Place, batch

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One tab, a batch at a time."""
    if not request.user.has_perm("comments.view_comment"):
        raise PermissionDenied
    tab = TABS.get(request.GET.get("tab", ""), TABS["pending"])
    filters = FilterForm(request.GET)
    after = Place.read(request.GET.get("after", ""))
    numbers, following = batch(
        filters.narrow(tab.in_order()), oldest_first=tab.oldest_first, after=after
    )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Moderation queue"),
        "rows": rows_of(numbers, tab=tab, viewer=cast("User", request.user)),
        "following": following,
    }
    return TemplateResponse(request, "comments/queue.html", context)
