"""The page of one comment: all that is known of it, and a form for each thing that a moderator does."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.admin.comment_forms import NoteForm, RestrictForm, WordsForm
from comments.models import Comment, RejectionReason, Restriction
from comments.moderators import MODERATE
from comments.queue.rows import rows_of
from comments.queue.tabs import TABS
from config.web.capped_paging import capped_count

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Of each kind; more is in the thread and in the logs.
ANCESTORS, REPLIES, LINES = 5, 20, 50
COUNTED = 1000


def show(request: HttpRequest, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms` are those that come back with an error."""
    if not request.user.has_perm("comments.view_comment"):
        raise PermissionDenied
    (row,) = rows_of([pk], tab=TABS["all"], viewer=_user(request))
    comment = row.comment
    may_decide = request.user.has_perm(MODERATE)
    context = {
        **admin.site.each_context(request),
        **_context_of(comment),
        "title": _("Comment"),
        "opts": Comment._meta,
        "row": row,
        "comment": comment,
        "reasons": RejectionReason.objects.all(),
        "may_decide": may_decide,
        "may_restrict": may_decide and request.user.has_perm("comments.add_restriction"),
        "may_export": row.writer and request.user.has_perm("comments.delete_writer"),
        "note_form": NoteForm(),
        "words_form": WordsForm(initial={"body": comment.body, "version": comment.version}),
        "restrict_form": RestrictForm(comment=comment),
        **forms,
    }
    return TemplateResponse(request, "admin/comments/comment.html", context, status=status)


def _context_of(comment: Comment) -> dict[str, Any]:
    """What stands around a comment, and what was said and done about it; the newest first in each log."""
    above = Comment.objects.filter(pk__in=comment.path[:-1])
    replies = Comment.objects.filter(parent=comment)
    return {
        "above": above.in_reading_order()[max(0, len(comment.path) - 1 - ANCESTORS) :],
        "replies": replies.oldest_first()[:REPLIES],
        "more_replies": max(0, capped_count(replies, COUNTED) - REPLIES),
        "decisions": comment.decisions.select_related("by")[:LINES],
        "edits": comment.edits.select_related("by")[:LINES],
        "reports": comment.reports.select_related("resolved_by")[:LINES],
        "restrictions": _restrictions(comment),
    }


def _restrictions(comment: Comment) -> Any:
    of_writer = Q(kind=Restriction.Kind.WRITER, value=comment.email)
    of_network = Q(kind=Restriction.Kind.NETWORK, value=comment.network)
    return Restriction.objects.in_force().filter(of_writer | of_network).select_related("by")


@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _comment_to_act_on(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, pk, note_form=form, status=422)
    form.save_for(comment, by=_user(request))
    return _back(request, comment, _("The note is kept."))


@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _comment_to_act_on(request, pk)
    form = WordsForm(request.POST)
    if not (form.is_valid() and form.save_for(comment, by=_user(request))):
        comment.refresh_from_db()
        if (
            comment.status == Comment.Status.WITHDRAWN
        ):  # its page has no form that could show the error
            for problem in form.errors.get("body", []):
                messages.error(request, str(problem))
        return show(request, pk, words_form=form, status=422)
    return _back(request, comment, _("The words are changed. The original stays below."))


@require_POST
def restrict(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _comment_to_act_on(request, pk)
    if not request.user.has_perm("comments.add_restriction"):
        raise PermissionDenied
    form = RestrictForm(request.POST, comment=comment)
    if not form.is_valid():
        return show(request, pk, restrict_form=form, status=422)
    return _back(request, comment, str(form.save(by=_user(request))))


def _comment_to_act_on(request: HttpRequest, pk: int) -> Comment:
    if not request.user.has_perms(["comments.view_comment", MODERATE]):
        raise PermissionDenied
    return get_object_or_404(Comment, pk=pk)


def _back(request: HttpRequest, comment: Comment, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("admin:comments_comment_change", comment.pk)


def _user(request: HttpRequest) -> "User":
    return cast("User", request.user)  # admin_view: nobody anonymous
