"""A comment's own page: all that is known of it, and a form for each thing that a moderator does.

The list of comments is the queue (comments/moderating/queue/).
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.admin.comment_forms import NoteForm, RestrictForm, WordsForm
from comments.models import Comment, RejectionReason, Restriction
from comments.moderating.moderators import MODERATE, VIEW, require
from comments.moderating.queue.rows import rows_of
from comments.moderating.queue.tabs import TABS
from config.web import audit
from config.web.requests.capped_paging import capped_count

# How many of each are shown; more is in the thread and in the logs.
ANCESTORS, REPLIES, LINES = 5, 20, 50
COUNTED = 1000
RESTRICT = "comments.add_restriction"


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """Django's form for a model is switched off: each act has a form and an address of its own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        acts = {"note": add_note, "edit": edit, "restrict": restrict}
        protected = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name}/", protected(view), name=f"comments_comment_{name}")
            for name, view in acts.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect the admin's breadcrumbs and index to the queue."""
        return redirect("admin:comments_queue")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        comment = self.get_object(request, object_id)
        if comment is None:
            raise Http404
        return show(request, comment.pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Redirect to the comment's page, which shows the decisions."""
        return redirect("admin:comments_comment_change", object_id)


def show(request: HttpRequest, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a comment. `forms` take the place of blank ones, to show their errors.

    Raises PermissionDenied.
    """
    viewer = require(request, VIEW)
    (row,) = rows_of([pk], tab=TABS["all"], viewer=viewer)
    comment = row.comment
    context = {
        **admin.site.each_context(request),
        **_context_of(comment),
        "title": _("Comment"),
        "opts": Comment._meta,
        "row": row,
        "comment": comment,
        "reasons": RejectionReason.objects.all(),
        "may_decide": viewer.has_perm(MODERATE),
        "may_restrict": viewer.has_perms([MODERATE, RESTRICT]),
        "may_export": row.writer and viewer.has_perm("comments.delete_writer"),
        "note_form": NoteForm(),
        "words_form": WordsForm(initial={"body": comment.body, "version": comment.version}),
        "restrict_form": RestrictForm(comment=comment),
        **forms,
    }
    return TemplateResponse(request, "admin/comments/comment.html", context, status=status)


def _context_of(comment: Comment) -> dict[str, Any]:
    """The thread around a comment, and its logs with the newest line first."""
    above = Comment.objects.filter(pk__in=comment.path[:-1])
    replies = Comment.objects.filter(parent=comment)
    of_writer = Q(kind=Restriction.Kind.WRITER, value=comment.email)
    of_network = Q(kind=Restriction.Kind.NETWORK, value=comment.network)
    restrictions = Restriction.objects.in_force().filter(of_writer | of_network)
    return {
        "above": above.in_reading_order()[max(0, len(comment.path) - 1 - ANCESTORS) :],
        "replies": replies.oldest_first()[:REPLIES],
        "more_replies": max(0, capped_count(replies, COUNTED) - REPLIES),
        "decisions": comment.decisions.select_related("by")[:LINES],
        "edits": comment.edits.select_related("by")[:LINES],
        "reports": comment.reports.select_related("resolved_by")[:LINES],
        "restrictions": restrictions.select_related("by"),
    }


# The acts


@require_POST
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note for the other moderators."""
    moderator = require(request, VIEW, MODERATE)
    comment = get_object_or_404(Comment, pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, pk, note_form=form, status=422)
    form.save_for(comment, by=moderator)
    return _back(request, comment, _("The note is saved."))


@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of the version that the moderator saw."""
    moderator = require(request, VIEW, MODERATE)
    comment = get_object_or_404(Comment, pk=pk)
    form = WordsForm(request.POST)
    if not (form.is_valid() and form.save_for(comment, by=moderator)):
        comment.refresh_from_db()
        if comment.status == Comment.Status.WITHDRAWN:
            # Its page has no form that could show the error.
            for problem in form.errors.get("body", []):
                messages.error(request, str(problem))
        return show(request, pk, words_form=form, status=422)
    return _back(request, comment, _("The text is changed. The original is kept below."))


@require_POST
def restrict(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold or refuse later comments of the writer or the network."""
    moderator = require(request, VIEW, MODERATE, RESTRICT)
    comment = get_object_or_404(Comment, pk=pk)
    form = RestrictForm(request.POST, comment=comment)
    if not form.is_valid():
        return show(request, pk, restrict_form=form, status=422)
    restriction = form.save(by=moderator)
    # As where the list of restrictions logs it (RestrictionAdmin): without address or network.
    changed = audit.AuditEntry.Action.SETTINGS_CHANGED
    with translation.override(settings.LANGUAGE_CODE):
        name = f"{capfirst(str(Restriction._meta.verbose_name))} {restriction.pk}"
        detail = f"{name}: {restriction.get_effect_display()}"
    audit.record(changed, by=moderator, request=request, detail=detail)
    return _back(request, comment, str(restriction))


def _back(request: HttpRequest, comment: Comment, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("admin:comments_comment_change", comment.pk)
