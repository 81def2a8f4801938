"""Deciding all that a listing holds: a page that asks, and steps of a few seconds, each a request of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments.models import RejectionReason
from comments.moderating.queue.deciding_views import left_as_they_are, posted_reason, posted_verb
from comments.moderating.queue.listing import Listing, TooCommon
from comments.moderating.queue.runs import Run
from comments.moderating.queue.tabs import COUNTED, Place, capped
from comments.moderating.queue.verbs import VERBS
from comments.moderating.queue.views import page, require_right, user_of


class ProgressForm(forms.Form):
    """What one step of a run tells the next. Only what is said of it at the end depends on the numbers."""

    until = forms.FloatField(min_value=0, max_value=32_503_680_000)
    began = forms.FloatField(required=False, min_value=0, max_value=32_503_680_000)
    total = forms.IntegerField(min_value=0)
    done = forms.IntegerField(required=False, min_value=0)
    after = forms.CharField(required=False)


@dataclass(frozen=True)
class Progress:
    until: datetime
    began: float
    total: int
    done: int
    after: Place | None

    @classmethod
    def read(cls, request: HttpRequest) -> "Progress":
        form = ProgressForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        given = form.cleaned_data
        return cls(
            until=datetime.fromtimestamp(given["until"], UTC),
            began=given["began"] or timezone.now().timestamp(),
            total=given["total"],
            done=given["done"] or 0,
            after=Place.read(given["after"]),
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide_all(request: HttpRequest) -> HttpResponse:
    """Asks first; then each POST decides for a few seconds, and its page leads on until all is done."""
    require_right(request, "moderate_comment")
    listing = Listing(request.GET)
    if request.method != "POST":
        return _ask(request, listing)
    progress = Progress.read(request)
    run = Run(listing, posted_verb(request), user_of(request), progress.until, posted_reason(request))  # fmt: skip
    done, following = run.step(progress.after)
    done += progress.done
    context: dict[str, object] = {
        "title": _("Decide all"),
        "listing": listing,
        "verb": request.POST["verb"],
        "reason": run.reason,
        "progress": progress,
        "done": done,
        "said": run.verb.done % {"n": done},
        "following": following,
    }
    if following is None:
        context |= _end(run, progress, done)
    return page(request, "admin/comments/queue_run.html", context)


def _ask(request: HttpRequest, listing: Listing) -> HttpResponse:
    try:
        number = listing.count()
    except TooCommon:
        return HttpResponseRedirect(f"{reverse('admin:comments_queue')}?{listing.query()}")
    context = {
        "title": _("Decide all"),
        "listing": listing,
        "number": number,
        "total": capped(number),
        "until": timezone.now().timestamp(),
        "reasons": RejectionReason.objects.all(),
    }
    return page(request, "admin/comments/queue_all.html", context)


def _end(run: Run, progress: Progress, done: int) -> dict[str, object]:
    # A number that was too large to count says nothing of how many were left.
    left = progress.total - done if progress.total <= COUNTED else 0
    mine = {"tab": "all", "by": str(run.by.pk), "since": repr(progress.began)}
    undo = run.listing.query(**mine, q=None, article=None, network=None)
    return {
        "left": left_as_they_are(left) if left > 0 else "",
        "undo": undo if done and run.verb is not VERBS["undo"] else "",
        "now": timezone.now().timestamp(),
    }
