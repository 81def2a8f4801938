"""A comment's own page in the admin. The list of comments is the queue (comments/queue/)."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.admin_columns import decision, text, where_and_when, writer
from comments.models import Comment, Decision
from comments.queue.verbs import VERBS, decide, verbs_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User

QUEUE = "admin:comments_queue"
PAGE_URL = "admin:comments_comment_change"


class DecisionLog(admin.TabularInline):
    model = Decision
    fields = readonly_fields = ("at", "was", "became", "who", "reason")
    extra = 0
    can_delete = False
    verbose_name_plural = gettext_lazy("decisions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).select_related("by")

    @admin.display(description=gettext_lazy("by"))
    def who(self, decision: Decision) -> str:
        # The name alone: Django would link it to an account that moderators may not see.
        return str(decision.by or "-")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """Nobody writes or changes a reader's words here; whoever may moderate decides on them."""

    # Functions are columns too; the stubs know names only.
    fields = readonly_fields = (text, writer, where_and_when, decision, "network")  # type: ignore[assignment]
    change_form_template = "comments/admin_comment.html"

    class Media:
        css = {"all": ["comments/queue.css"]}

    # Who may do what

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    # Pages

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        comments = super().get_queryset(request).with_writer_history()  # type: ignore[attr-defined]
        return comments.select_related("article", "decided_by").defer(
            "article__body", "article__body_html", "article__plain_text"
        )

    def get_inlines(self, request: HttpRequest, obj: Comment | None) -> list[Any]:
        return [DecisionLog] if obj and obj.decided_at else []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The queue is the list; the admin's breadcrumbs and index lead here."""
        return redirect(QUEUE)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and "decide" in request.POST:
            self._decide(request)
            return redirect(QUEUE)
        comment = self.get_object(request, object_id)
        context: dict[str, Any] = {"title": _("Comment"), "subtitle": None}
        if comment and self.has_moderate_permission(request):
            context["verbs"] = verbs_for(comment)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The decisions are the history, and the comment's page shows them."""
        return redirect(PAGE_URL, object_id)

    def _decide(self, request: HttpRequest) -> None:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        name, *item = request.POST["decide"].split("-")
        if name not in VERBS or len(item) != 2 or not all(part.isdecimal() for part in item):
            raise Http404
        pk, version = map(int, item)
        reason = request.POST.get("reason", "")[:300].replace("\x00", "")
        user = cast("User", request.user)  # has_moderate_permission: nobody anonymous
        outcome = decide([(pk, version)], VERBS[name], by=user, reason=reason)
        if outcome.done:
            self.message_user(request, VERBS[name].done % {"n": 1}, messages.SUCCESS)
        else:
            told = _("This comment was decided or changed in the meantime and is left as it is.")
            self.message_user(request, told, messages.WARNING)
