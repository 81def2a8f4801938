"""The moderators' queue."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.admin_columns import about, decision, text, text_and_buttons, where_and_when, writer
from comments.models import Comment, Decision
from comments.queue import VERBS, decide, verbs_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LIST_URL = "admin:comments_comment_changelist"
PAGE_URL = "admin:comments_comment_change"


class QueueActionForm(ActionForm):
    """Carries when the page was made, so that nobody overrides a decision that they have not seen."""

    seen_at = forms.CharField(
        label="",
        required=False,
        widget=forms.HiddenInput,
        initial=lambda: timezone.now().isoformat(),
    )


class ArticleFilter(admin.SimpleListFilter):
    """The articles whose comments wait. Django's own filter would list every article there is."""

    title = gettext_lazy("article with pending comments")
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        pending = (
            Comment.objects.awaiting_moderation().order_by().values("article", "article__title")
        )
        rows = pending.annotate(n=Count("pk")).order_by("-n", "article__title")[:20]
        return [(str(row["article"]), f"{row['article__title']} ({row['n']})") for row in rows]

    def has_output(self) -> bool:
        return bool(self.lookup_choices) or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(article_id=value) if value.isdecimal() else queryset.none()


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

    list_display = [text_and_buttons, about]
    list_display_links = None
    list_filter = ["status", ArticleFilter, "created_at"]
    list_per_page = 50
    search_fields = ["body", "name", "email"]
    search_help_text = gettext_lazy("Words of the comment, a name or an e-mail address")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()
    action_form = QueueActionForm
    actions = ["approve", "reject", "spam", "remove"]
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

    # The queue

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        queue = Comment.objects.queue().with_writer_history()
        return queue.select_related("article", "decided_by").defer(
            "article__body", "article__body_html", "article__plain_text"
        )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("queue_order", "-created_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (text_and_buttons if self.has_moderate_permission(request) else text, about)

    def get_inlines(self, request: HttpRequest, obj: Comment | None) -> list[Any]:
        return [DecisionLog] if obj and obj.decided_at else []

    # Deciding

    @admin.action(description=gettext_lazy("Approve"), permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, queryset, "approve")

    @admin.action(description=gettext_lazy("Reject"), permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, queryset, "reject")

    @admin.action(description=gettext_lazy("Mark as spam"), permissions=["moderate"])
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, queryset, "spam")

    @admin.action(description=gettext_lazy("Remove from the article"), permissions=["moderate"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, queryset, "remove")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" and "decide" in request.POST:
            self._decide_one(request)
            return HttpResponseRedirect(request.get_full_path())
        context = {"title": _("Moderation queue")} | (extra_context or {})
        return super().changelist_view(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and "decide" in request.POST:
            self._decide_one(request)
            filters = self.get_preserved_filters(request)
            return redirect(
                add_preserved_filters(
                    {"preserved_filters": filters, "opts": self.opts}, reverse(LIST_URL)
                )
            )
        comment = self.get_object(request, object_id)
        context: dict[str, Any] = {
            "seen_at": timezone.now().isoformat(),
            "title": _("Comment"),
            "subtitle": None,
        }
        if comment and self.has_moderate_permission(request):
            context["verbs"] = verbs_for(comment)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The decisions are the history, and the comment's page shows them."""
        return redirect(PAGE_URL, object_id)

    def _decide_one(self, request: HttpRequest) -> None:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        name, _dash, pk = request.POST["decide"].partition("-")
        if name not in VERBS or not pk.isdecimal():
            raise Http404
        comment = get_object_or_404(Comment, pk=pk)
        self._decide(request, [comment], name)

    def _decide_selected(
        self, request: HttpRequest, queryset: QuerySet[Comment], name: str
    ) -> None:
        comments = list(queryset)
        # Somebody else's decision takes a comment out of a filtered list: it was selected, and is not there any more.
        selected = len(set(request.POST.getlist(ACTION_CHECKBOX_NAME)))
        everything = request.POST.get("select_across") == "1"
        gone = 0 if everything else max(0, selected - len(comments))
        self._decide(request, comments, name, gone=gone)

    def _decide(
        self, request: HttpRequest, comments: list[Comment], name: str, *, gone: int = 0
    ) -> None:
        verb = VERBS[name]
        reason = request.POST.get("reason", "")[:300].replace("\x00", "")
        user = cast("User", request.user)  # has_moderate_permission: nobody anonymous
        done, left = decide(comments, verb, by=user, seen_at=_seen_at(request), reason=reason)
        if done:
            self.message_user(request, verb.done % {"n": done}, messages.SUCCESS)
        if left := left + gone:
            message = ngettext(
                "%(n)d comment was decided in the meantime and is left as it is.",
                "%(n)d comments were decided in the meantime and are left as they are.",
                left,
            )
            self.message_user(request, message % {"n": left}, messages.WARNING)


def _seen_at(request: HttpRequest) -> datetime:
    """When the moderator's page was made; now, when the request does not say."""
    try:
        seen = parse_datetime(request.POST.get("seen_at", ""))
    except ValueError:
        seen = None
    return seen if seen and timezone.is_aware(seen) else timezone.now()
