"""Issues to write and to send."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from config.web.editing.related_rows import ChosenRelations
from newsletter.admin.composing import composing_urls
from newsletter.admin.issue_steps import SEND, STEPS, Step, steps_of
from newsletter.composing.warnings import have_links_checked, warnings_of
from newsletter.models import Block, Issue, WrongStatus
from newsletter.reporting import progress_of
from newsletter.sending.rendering import render_body

_ = gettext_lazy


class IssueForm(forms.ModelForm):
    class Meta:
        model = Issue
        fields = [
            "kind",
            "topics",
            "subject",
            "preheader",
            "intro",
            "sender_name",
            "reply_to",
            "send_at",
        ]
        widgets = {"topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:  # a started issue shows it as text
            self.fields["kind"].required = False

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or self.instance.kind

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.data.get("_step") == "schedule" and not cleaned.get("send_at"):
            self.add_error("send_at", gettext("Enter the day and time to send it."))
        if self.instance.status in ("scheduled", "late") and not cleaned.get("send_at"):
            self.add_error("send_at", gettext("Enter a time for a scheduled issue."))
        return cleaned


class BlockInline(ChosenRelations, admin.StackedInline):
    model = Block
    extra = 0
    autocomplete_fields = ["article", "image"]
    fields = ["position", "kind", "article", "image", "text", "url"]


@admin.register(Issue)
class IssueAdmin(admin.ModelAdmin):
    form = IssueForm
    inlines = [BlockInline]
    change_form_template = "admin/newsletter/issue_form.html"
    list_display = ["subject", "state", "send_at", "finished_at", "sent_of_all"]
    list_filter = ["status"]
    search_fields = ["subject"]
    list_per_page = 50
    show_full_result_count = False
    actions = None  # deleting many would delete what was sent
    readonly_fields = ["state", "note", "started_at", "finished_at", "sent_of_all", "numbers"]
    watched_fields = ("status",)
    fieldsets = [
        (None, {"fields": ["subject", "preheader", "intro", "sender_name", "reply_to"]}),
        (_("Sending"), {"fields": ["send_at"]}),
        (_("Recipients"), {"fields": ["kind", "topics"]}),
    ]
    _STARTED = ["started_at", "finished_at", "sent_of_all", "numbers"]

    def has_change_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.may_be_edited)

    def has_delete_permission(self, request: HttpRequest, obj: Issue | None = None) -> bool:
        """What was sent to somebody stays."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.status == Issue.Status.DRAFT)

    def instead_of_deleting(self, row: Issue) -> str:
        if row.status == Issue.Status.DRAFT:
            return ""
        if row.status in {Issue.Status.SCHEDULED, Issue.Status.LATE}:
            return gettext("“%s” is scheduled. Return it to draft first.") % row
        return gettext("“%s” was sent or cancelled. It is kept as a record.") % row

    def get_fieldsets(self, request: HttpRequest, obj: Issue | None = None) -> Any:
        text, (title, _options), receivers = super().get_fieldsets(request, obj)
        shown = ["send_at"]
        if obj:
            shown = ["state", *(["note"] if obj.note else []), "send_at"]
            shown += self._STARTED if obj.started_at else []
        return [text, receivers, (title, {"fields": shown})]

    def get_view_on_site_url(self, obj: Issue | None = None) -> str | None:
        """A link to the archive, once the issue is there."""
        is_archived = obj is not None and Issue.objects.archived().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if obj and is_archived else None

    @admin.display(description=_("status"), ordering="status")
    def state(self, issue: Issue) -> str:
        label = issue.get_status_display()
        return format_html('<span class="state state--{}">{}</span>', issue.status, label)

    @admin.display(description=_("sent"))
    def sent_of_all(self, issue: Issue) -> str:
        if not issue.counts:
            return "–"
        text = gettext("%(sent)s of %(total)s")
        return text % {"sent": issue.counts.get("sent", 0), "total": issue.counts.get("total", 0)}

    @admin.display(description=_("deliveries"))
    def numbers(self, issue: Issue) -> str:
        if issue.counted_at is None:
            return "–"
        text = gettext(
            "%(waiting)s waiting, %(refused)s refused, %(left)s unsubscribed before sending,"
            " %(in_doubt)s unclear, %(resent)s unclear and sent again (%(time)s)"
        )
        time = date_format(timezone.localtime(issue.counted_at), "SHORT_DATETIME_FORMAT")
        return text % {**issue.counts, "time": time}

    def get_inlines(self, request: HttpRequest, obj: Issue | None) -> Any:
        """No blocks of a started issue: the preview shows what is sent."""
        return [] if obj and obj.started_at else super().get_inlines(request, obj)

    # Sending

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(require_POST(self.take_step))
        step = path("<int:pk>/step/", take, name="newsletter_issue_step")
        return [step, *composing_urls(self), *super().get_urls()]

    def render_change_form(
        self,
        request: Any,
        context: Any,
        add: Any = False,
        change: Any = False,
        form_url: Any = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context["progress"] = progress_of(obj)
            if obj.may_be_edited:
                body = render_body(obj, with_unpublished=True)
                context["warnings"] = warnings_of(obj, body)
        if request.user.has_perm(SEND):
            context["steps"] = steps_of(obj)
            context["is_edited"] = obj is None or self.has_change_permission(request, obj)
            if not context["is_edited"]:
                context["step_url"] = reverse("admin:newsletter_issue_step", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def take_step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A button of an issue whose text cannot be changed any more."""
        issue = self.get_object(request, str(pk))
        step = STEPS.get(request.POST.get("_step", ""))
        if step is None or not isinstance(issue, Issue):
            return HttpResponseRedirect(reverse("admin:newsletter_issue_changelist"))
        self._take(request, step, issue)
        return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[pk]))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        have_links_checked(form.instance)
        if step := STEPS.get(request.POST.get("_step", "")):
            self._take(request, step, form.instance)

    def response_post_save_change(self, request: HttpRequest, obj: Issue) -> HttpResponseRedirect:
        return self._after_step(request, obj) or super().response_post_save_change(request, obj)

    def response_post_save_add(self, request: HttpRequest, obj: Issue) -> HttpResponseRedirect:
        return self._after_step(request, obj) or super().response_post_save_add(request, obj)

    def _after_step(self, request: HttpRequest, obj: Issue) -> HttpResponseRedirect | None:
        page = reverse("admin:newsletter_issue_change", args=[obj.pk])
        return HttpResponseRedirect(page) if request.POST.get("_step") in STEPS else None

    def _take(self, request: Any, step: Step, issue: Issue) -> None:
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        try:
            step.act(issue, request.user, issue.send_at)
        except WrongStatus as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(step.done))
