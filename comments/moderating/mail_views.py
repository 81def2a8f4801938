"""Moderators' mail: what its links do, and how often it comes."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.models import AlreadyDecided, Comment, ModeratorMail, NotAllowed, RejectionReason
from comments.moderating.mail_links import Errand, read_errand
from comments.moderating.moderators import MODERATE, moderator
from comments.moderating.queue.rows import told
from comments.spam.findings import describe
from comments.writers.history import history_in_words, writers_of
from comments.writers.views import behind_a_link
from config.web.requests.signed_links import ExpiredLink

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class ReasonForm(forms.Form):
    reason = forms.ModelChoiceField(
        RejectionReason.objects.all(),
        label=gettext_lazy("Reason"),
        required=False,
        to_field_name="text",
        empty_label=gettext_lazy("No reason"),
        help_text=gettext_lazy("Told to the writer, if they asked for mail."),
    )

    @property
    def words(self) -> str:
        reason = self.cleaned_data["reason"]
        return reason.text if reason else ""


# A link is the right to what it is for: no login, and no proof of where the request comes from. Programs that check
# mails open every link, so GET shows a button.


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def moderate(request: HttpRequest, token: str) -> HttpResponse:
    """One comment, and one button that decides it under the name of the moderator who got the mail."""
    try:
        errand = read_errand(token)
    except ExpiredLink:
        return _closed(request, "expired")
    user = moderator(errand.moderator)
    if user is None:
        return _closed(request, "no_moderator", status=403)
    comment = (
        Comment.objects.select_related("article", "parent", "decided_by")
        .filter(pk=errand.comment)
        .first()
    )
    if comment is None:
        return _closed(request, "erased")
    if request.method == "POST":
        return _decide(request, errand, comment, user)
    return _page(request, errand, comment, user)


def _decide(request: HttpRequest, errand: Errand, comment: Comment, user: "User") -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, errand, comment, user, form=form, status=422)
    as_mailed = cast(Comment, Comment.seen(comment.pk, errand.version))
    try:
        errand.verb.act(as_mailed, user, form.words)
    except (AlreadyDecided, NotAllowed):
        comment.refresh_from_db()
        return _page(request, errand, comment, user, status=409)
    return _page(request, errand, as_mailed, user)


def _page(
    request: HttpRequest,
    errand: Errand,
    comment: Comment,
    user: "User",
    *,
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "comment": comment,
        "verb": errand.verb_name,
        "moderator": user,
        "is_open": comment.version == errand.version,
        "told": told(comment, user),
        "held_for": describe(comment.held_for),
        "history": history_in_words(writers_of([comment]).get(comment.email)),
        "form": form or ReasonForm(),
    }
    return render(request, "comments/moderate.html", context, status=status)


def _closed(request: HttpRequest, why: str, *, status: int = 410) -> HttpResponse:
    return render(request, "comments/moderate_closed.html", {"why": why}, status=status)


# How often


class MailForm(forms.Form):
    frequency = forms.ChoiceField(
        label=gettext_lazy("Mail about waiting comments"),
        choices=ModeratorMail.Frequency.choices,
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How often whoever is logged in wants mail about the queue."""
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied
    user = cast("User", request.user)
    own = ModeratorMail.objects.filter(user=user).first() or ModeratorMail(user=user)
    sent = request.POST if request.method == "POST" else None
    form = MailForm(sent, initial={"frequency": own.frequency})
    if form.is_valid():
        ModeratorMail.of(user).choose(form.cleaned_data["frequency"])
        messages.success(request, _("Saved."))
        return redirect("admin:comments_mail")
    title = {"title": _("Your mail about comments")}
    context = {**admin.site.each_context(request), **title, "form": form}
    return TemplateResponse(request, "admin/comments/mail.html", context)
