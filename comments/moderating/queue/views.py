"""The queue's own pages in the admin: reading it, and deciding the comments that were chosen."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments.models import Comment, DiscussionSettings, RejectionReason
from comments.models.comment import REASON_LENGTH
from comments.moderating.moderators import MODERATE, VIEW, require
from comments.moderating.queue.listing import Listing, TooCommon
from comments.moderating.queue.rows import ago, decision_in_words, rows_of
from comments.moderating.queue.tabs import TABS, Batch, capped, counts
from comments.moderating.queue.verbs import VERBS, Outcome, SeenVersion, Verb, decide
from config.web.text.characters import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

# More than a page shows at once.
MOST_CHOSEN = 200
TOLD_BY_NAME = 5
_SEEN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One batch of a tab. The page's script fetches later batches from the same address."""
    viewer = require(request, VIEW)
    listing = Listing(request.GET)
    try:
        batch, too_common = listing.search(), False
    except TooCommon:
        batch, too_common = Batch([], None), True
    context = {
        "title": _("Moderation queue"),
        "rows": rows_of(batch.pks, tab=listing.tab, viewer=viewer),
        "following": batch.following,
        "number": batch.total,
        "total": None if batch.total is None else capped(batch.total),
        "too_common": too_common,
        "tabs": tabs(listing),
        "waits_too_long": waits_too_long(),
        "undo": read_seen([request.GET.get("undo", "")]),
        **around_rows(viewer, listing),
    }
    return page(request, "admin/comments/queue.html", context)


@never_cache
@require_safe
def changes(request: HttpRequest) -> JsonResponse:
    """The rows of those comments of `seen` that have another version by now, as JSON."""
    viewer = require(request, VIEW)
    seen = dict(read_seen([request.GET.get("seen", "")]))
    now = dict(Comment.objects.filter(pk__in=seen).values_list("pk", "version"))
    changed = [pk for pk, version in seen.items() if now.get(pk) != version]
    listing = Listing(request.GET)
    return JsonResponse({"rows": rows_as_html(request, viewer, listing, changed)})


@never_cache
@require_POST
def decide_chosen(request: HttpRequest) -> HttpResponse:
    """Decide the comments of `item` in the versions seen. The page's script gets JSON."""
    moderator = require(request, MODERATE)
    verb, seen = posted_verb(request), read_seen(request.POST.getlist("item"))
    outcome = decide(seen, verb, by=moderator, reason=posted_reason(request))
    back = request.POST.get("back", "")
    listing = Listing(QueryDict(back))
    if request.accepts("text/html"):
        _tell(request, moderator, verb, outcome)
        done = ",".join(f"{pk}-{version}" for pk, version in outcome.done.items())
        query = listing.query(undo="" if verb is VERBS["undo"] else done)
        return HttpResponseRedirect(f"{reverse('admin:comments_queue')}?{query}")
    answer = {
        "done": outcome.done,
        "left": outcome.left,
        "said": verb.done % {"n": len(outcome.done)},
        "rows": rows_as_html(request, moderator, listing, [pk for pk, _version in seen]),
        "counts": {name: capped(number) for name, number in counts().items()},
    }
    return JsonResponse(answer)


def _tell(request: HttpRequest, moderator: "User", verb: Verb, outcome: Outcome) -> None:
    if outcome.done:
        messages.success(request, verb.done % {"n": len(outcome.done)})
    named = Comment.objects.select_related("decided_by").in_bulk(outcome.left[:TOLD_BY_NAME])
    for comment in named.values():
        decision = decision_in_words(comment, moderator) or _("Changed in the meantime")
        text = _("The comment by %(name)s was not changed. %(told)s.")
        messages.warning(request, text % {"name": comment.name, "told": decision})
    if more := len(outcome.left) - len(named):
        messages.warning(request, left_as_they_are(more))


def left_as_they_are(number: int) -> str:
    """A sentence about comments that somebody else decided or changed first."""
    message = ngettext(
        "%(n)d comment was not changed. Someone decided or changed it in the meantime.",
        "%(n)d comments were not changed. Someone decided or changed them in the meantime.",
        number,
    )
    return message % {"n": number}


# What is sent


def posted_verb(request: HttpRequest) -> Verb:
    """Raises Http404 for an unknown verb."""
    try:
        return VERBS[request.POST.get("verb", "")]
    except KeyError:
        raise Http404 from None


def posted_reason(request: HttpRequest) -> str:
    """The moderator's own words, or else the sentence chosen from the list."""
    own = request.POST.get("own_reason", "")
    reason = request.POST.get("reason", "") if is_blank(own) else own
    return " ".join(reason.replace("\x00", "").split())[:REASON_LENGTH]


def read_seen(texts: list[str]) -> list[SeenVersion]:
    """Read "12-1,13-4": a comment's primary key and its version. Other parts are left out."""
    parts = [_SEEN.fullmatch(part) for text in texts for part in text.split(",")]
    return [(int(part[1]), int(part[2])) for part in parts if part][:MOST_CHOSEN]


# What is shown


def rows_as_html(
    request: HttpRequest, viewer: "User", listing: Listing, pks: "Iterable[int]"
) -> dict[int, str]:
    """The HTML of each comment's row in a listing, "" for a comment that was erased."""
    html = dict.fromkeys(pks, "")
    if not html:
        return html
    around = around_rows(viewer, listing)
    for row in rows_of(html, tab=listing.tab, viewer=viewer):
        context = {"row": row, **around}
        html[row.comment.pk] = render_to_string(
            "admin/comments/_queue_comment.html", context, request
        )
    return html


def around_rows(viewer: "User", listing: Listing) -> dict[str, Any]:
    """The part of the context that is the same for every row."""
    reasons = list(RejectionReason.objects.all())
    return {
        "listing": listing,
        "back": listing.query(),
        "decide_url": reverse("admin:comments_queue_decide"),
        "may_decide": viewer.has_perm(MODERATE),
        "reasons": reasons,
        "reason_choices": render_to_string(
            "admin/comments/_queue_reasons.html", {"reasons": reasons}
        ),
    }


def tabs(listing: Listing) -> list[dict[str, Any]]:
    """The tabs for the template, each with its capped count."""
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
    """How long ago the oldest waiting comment came, if that is longer than the alarm allows."""
    hours = DiscussionSettings.current().alarm_after_hours
    since = Comment.objects.waiting_since() if hours else None
    if not hours or not since or timezone.now() - since < timedelta(hours=hours):
        return ""
    return ago(since)


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the queue inside the admin's frame."""
    around = admin.site.each_context(request)
    own = {
        "may_decide": request.user.has_perm(MODERATE),
        "opts": Comment._meta,
        # Comments need the width; the way back is in the breadcrumbs.
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, template, around | own | context)
