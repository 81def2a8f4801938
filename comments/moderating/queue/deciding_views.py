"""Deciding what a moderator chose in the queue, with a script and without one."""

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comments.models import Comment
from comments.models.comment import REASON_LENGTH
from comments.moderating.queue.listing import Listing
from comments.moderating.queue.rows import told
from comments.moderating.queue.tabs import capped, counts
from comments.moderating.queue.verbs import VERBS, Item, Outcome, Verb, decide
from comments.moderating.queue.views import items_of, require_right, rows_as_html, user_of
from config.web.text.characters import is_blank

TOLD_BY_NAME = 5


@never_cache
@require_POST
def decide_chosen(request: HttpRequest) -> HttpResponse:
    """Decide the comments named by `item`, each as the moderator saw it. JSON for the page's script."""
    require_right(request, "moderate_comment")
    verb, items = posted_verb(request), items_of(request.POST.getlist("item"))
    outcome = decide(items, verb, by=user_of(request), reason=posted_reason(request))
    if not request.accepts("text/html"):
        return JsonResponse(_answer(request, verb, items, outcome))
    _tell(request, verb, outcome)
    listing = Listing(QueryDict(request.POST.get("back", "")))
    undo = "" if verb is VERBS["undo"] else _as_text(outcome)
    return HttpResponseRedirect(f"{reverse('admin:comments_queue')}?{listing.query(undo=undo)}")


def posted_verb(request: HttpRequest) -> Verb:
    try:
        return VERBS[request.POST.get("verb", "")]
    except KeyError:
        raise Http404 from None


def posted_reason(request: HttpRequest) -> str:
    """The moderator's own words, or the chosen sentence."""
    own = request.POST.get("own_reason", "")
    reason = request.POST.get("reason", "") if is_blank(own) else own
    return " ".join(reason.replace("\x00", "").split())[:REASON_LENGTH]


def _answer(
    request: HttpRequest, verb: Verb, items: list[Item], outcome: Outcome
) -> dict[str, object]:
    return {
        "done": outcome.done,
        "left": outcome.left,
        "said": verb.done % {"n": len(outcome.done)},
        "rows": rows_as_html(request, [pk for pk, _version in items]),
        "counts": {name: capped(number) for name, number in counts().items()},
    }


def _as_text(outcome: Outcome) -> str:
    return ",".join(f"{pk}-{version}" for pk, version in outcome.done.items())


def _tell(request: HttpRequest, verb: Verb, outcome: Outcome) -> None:
    if outcome.done:
        messages.success(request, verb.done % {"n": len(outcome.done)})
    named = Comment.objects.select_related("decided_by").in_bulk(outcome.left[:TOLD_BY_NAME])
    for comment in named.values():
        now = told(comment, user_of(request)) or _("Changed in the meantime")
        said = _("“%(name)s” is left as it is. %(told)s.") % {"name": comment.name, "told": now}
        messages.warning(request, said)
    if more := len(outcome.left) - len(named):
        messages.warning(request, left_as_they_are(more))


def left_as_they_are(number: int) -> str:
    message = ngettext(
        "%(n)d comment was decided or changed in the meantime and is left as it is.",
        "%(n)d comments were decided or changed in the meantime and are left as they are.",
        number,
    )
    return message % {"n": number}
