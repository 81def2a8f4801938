"""One decision about all comments of a listing.

A page asks first. Then each request decides for a few seconds, and its page sends the next one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments.models import Decision, RejectionReason
from comments.moderating.moderators import MODERATE, require
from comments.moderating.queue.listing import Listing, TooCommon
from comments.moderating.queue.tabs import COUNTED, Cursor, capped, read_batch
from comments.moderating.queue.verbs import VERBS, Verb, decide
from comments.moderating.queue.views import left_as_they_are, page, posted_reason, posted_verb
from comments.querysets import CommentQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SECONDS = 3.0
AT_ONCE = 50
_YEAR_3000 = 32_503_680_000


@dataclass(frozen=True)
class Run:
    """`until` is when the moderator saw the number: later comments and changes are left alone."""

    listing: Listing
    verb: Verb
    by: "User"
    until: datetime
    reason: str

    def comments(self) -> CommentQuerySet:
        return unchanged(self.listing.comments, since=self.until)

    def step(self, after: Cursor | None) -> tuple[int, Cursor | None]:
        """Decide for a few seconds. Returns how many were decided, and where to go on."""
        deadline, done = monotonic() + SECONDS, 0
        oldest_first = self.listing.tab.oldest_first
        while True:
            batch = read_batch(
                self.comments(), oldest_first=oldest_first, after=after, size=AT_ONCE
            )
            seen = self.comments().filter(pk__in=batch.pks).values_list("pk", "version")
            done += len(decide(seen, self.verb, by=self.by, reason=self.reason).done)
            after = batch.following
            if after is None or monotonic() > deadline:
                return done, after


def unchanged(comments: CommentQuerySet, *, since: datetime) -> CommentQuerySet:
    """Those of `comments` that nobody sent, edited or decided after `since`."""
    decided = Decision.objects.filter(comment=OuterRef("pk"), at__gt=since)
    edited = Q(edited_at__isnull=False, edited_at__gt=since)
    return comments.filter(~Exists(decided), created_at__lte=since).exclude(edited)


class ProgressForm(forms.Form):
    """What one step tells the next. `total`, `done` and `began` only serve the last page."""

    until = forms.FloatField(min_value=0, max_value=_YEAR_3000)
    began = forms.FloatField(required=False, min_value=0, max_value=_YEAR_3000)
    total = forms.IntegerField(min_value=0)
    done = forms.IntegerField(required=False, min_value=0)
    after = forms.CharField(required=False)


@dataclass(frozen=True)
class Progress:
    until: datetime
    began: float
    total: int
    done: int
    after: Cursor | None

    @classmethod
    def read(cls, request: HttpRequest) -> "Progress":
        """The progress that the page before sent. Raises BadRequest."""
        form = ProgressForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        given = form.cleaned_data
        return cls(
            until=datetime.fromtimestamp(given["until"], UTC),
            began=given["began"] or timezone.now().timestamp(),
            total=given["total"],
            done=given["done"] or 0,
            after=Cursor.read(given["after"]),
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide_all(request: HttpRequest) -> HttpResponse:
    """GET asks; each POST is one step of the run."""
    moderator = require(request, MODERATE)
    listing = Listing(request.GET)
    if request.method != "POST":
        return _ask(request, listing)
    progress, verb = Progress.read(request), posted_verb(request)
    run = Run(listing, verb, moderator, progress.until, posted_reason(request))
    done, following = run.step(progress.after)
    done += progress.done
    context: dict[str, object] = {
        "title": _("Decide all"),
        "listing": listing,
        "verb": request.POST["verb"],
        "reason": run.reason,
        "progress": progress,
        "done": done,
        "said": verb.done % {"n": done},
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
    # When the total was too large to count, nobody knows how many were left.
    left = progress.total - done if progress.total <= COUNTED else 0
    mine = {"tab": "all", "by": str(run.by.pk), "since": repr(progress.began)}
    undo = run.listing.query(**mine, q=None, article=None, network=None)
    return {
        "left": left_as_they_are(left) if left > 0 else "",
        "undo": undo if done and run.verb is not VERBS["undo"] else "",
        "now": timezone.now().timestamp(),
    }
