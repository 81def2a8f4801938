"""The page behind a link in a moderator's mail: it decides one comment."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from comments.models import AlreadyDecided, Comment, NotAllowed, RejectionReason
from comments.moderating.history import history_in_words, writers_of
from comments.moderating.mail_links import DecisionLink, read_decision_link
from comments.moderating.moderators import moderators
from comments.moderating.queue.rows import decision_in_words
from comments.spam.findings import describe
from config.web.requests.signed_links import ExpiredLink, behind_a_link

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ReasonForm(forms.Form):
    reason = forms.ModelChoiceField(
        RejectionReason.objects.all(),
        label=_("Reason"),
        required=False,
        to_field_name="text",
        empty_label=_("No reason"),
        help_text=_("The commenter is told, if they asked for emails."),
    )


@behind_a_link("comments")
def moderate(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a comment and a button, POST decides it in the name of the mail's moderator."""
    try:
        link = read_decision_link(token)
    except ExpiredLink:
        return _closed(request, "expired")
    moderator = moderators().filter(pk=link.moderator).first()
    if moderator is None:
        return _closed(request, "no_moderator", status=403)
    comment = _comment_of(link)
    if comment is None:
        return _closed(request, "erased")
    if request.method == "POST":
        return _decide(request, link, comment, moderator)
    return _page(request, link, comment, moderator)


def _comment_of(link: DecisionLink) -> Comment | None:
    comments = Comment.objects.select_related("article", "parent", "decided_by")
    return comments.filter(pk=link.comment).first()


def _decide(
    request: HttpRequest, link: DecisionLink, comment: Comment, moderator: "User"
) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, link, comment, moderator, form=form, status=422)
    reason = form.cleaned_data["reason"]
    as_mailed = Comment.seen(comment.pk, link.version)
    if as_mailed is None:  # erased since it was read
        return _closed(request, "erased")
    try:
        link.verb.act(as_mailed, moderator, reason.text if reason else "")
    except (AlreadyDecided, NotAllowed):
        now = _comment_of(link)
        if now is None:
            return _closed(request, "erased")
        return _page(request, link, now, moderator, status=409)
    return _page(request, link, as_mailed, moderator)


def _page(
    request: HttpRequest,
    link: DecisionLink,
    comment: Comment,
    moderator: "User",
    *,
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "comment": comment,
        "verb": link.verb_name,
        "moderator": moderator,
        "is_open": comment.version == link.version,
        "decision": decision_in_words(comment, moderator),
        "held_for": describe(comment.held_for),
        "history": history_in_words(writers_of([comment]).get(comment.email)),
        "form": form or ReasonForm(),
    }
    return render(request, "comments/moderate.html", context, status=status)


def _closed(request: HttpRequest, why: str, *, status: int = 410) -> HttpResponse:
    return render(request, "comments/moderate_closed.html", {"why": why}, status=status)
