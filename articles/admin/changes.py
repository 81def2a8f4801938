"""The unpublished changes of an article: compared, published, scheduled, discarded, called off."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from articles.admin.change_kinds import ChangeKindField, CorrectionField, require_kind
from articles.admin.differences import changes_between
from articles.models import Article
from articles.models.content import content_of
from articles.models.refusals import StepRefused
from articles.publishing_checks import findings_of
from config.web.editing.moment_fields import MomentField
from config.web.editing.row_state import OPENED, state_of_loaded


class ChangesForm(forms.Form):
    """How unpublished changes become public."""

    working_copy = forms.IntegerField(widget=forms.HiddenInput)  # the one that the page compared
    kind = ChangeKindField()
    note = CorrectionField()
    at = MomentField(
        label=_("Publish at"),
        required=False,
        help_text=_("For the button “Publish at this time”. Changes saved later are not included."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        do = self.data.get("_do")
        if do == "discard":
            return cleaned
        require_kind(self, kind="kind", correction="note")
        if do == "schedule" and "at" in cleaned and cleaned["at"] is None:
            self.add_error("at", _("Enter the day and time when readers see the changes."))
        return cleaned


class ChangesPages(admin.ModelAdmin):
    """Pages beside an article's form: its unpublished changes, and what bulk publishing asks."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/changes/",
                view(self.changes_view),
                name="articles_article_changes",
            ),
            path(
                "<path:object_id>/call-off/",
                view(require_POST(self.call_off_view)),
                name="articles_article_call_off",
            ),
            *super().get_urls(),
        ]

    @transaction.atomic
    def changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self._seen(request, object_id)
        if article is None or article.working_copy is None:
            messages.info(request, gettext("There are no unpublished changes."))
            return self._to_form(object_id)
        form = ChangesForm(request.POST if request.method == "POST" else None)
        shown = article.with_working_copy()
        findings = findings_of(shown)
        if request.method == "POST" and form.is_valid():
            refusal = self._refusal(request, form, article, findings)
            if not refusal:
                return self._act(request, form, article)
            form.add_error(None, refusal)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Unpublished changes to “%s”") % article,
            "opts": self.opts,
            "article": article,
            "form": form,
            "media": self.media + form.media,
            "changes": changes_between(content_of(article), article.working_copy.content),
            "findings": findings,
            "may_discard": self.has_change_permission(request, article),
            "may_publish": self.may_publish(request, article),
        }
        return TemplateResponse(request, "admin/articles/changes.html", context)

    def _refusal(
        self, request: HttpRequest, form: ChangesForm, article: Article, findings: list[Any]
    ) -> str:
        """Why what was pressed is not done yet; empty when it can be done."""
        if form.cleaned_data["working_copy"] != article.working_copy_id:
            return gettext("Someone else saved changes in the meantime. Check them first.")
        if request.POST.get("_do") != "discard" and findings and "_sure" not in request.POST:
            return gettext("Nothing was published. To publish anyway, tick the box.")
        return ""

    def _act(self, request: Any, form: ChangesForm, article: Article) -> HttpResponse:
        do, data = request.POST.get("_do"), form.cleaned_data
        allowed = self.has_change_permission(request, article)
        if not (allowed if do == "discard" else self.may_publish(request, article)):
            raise PermissionDenied
        try:
            with transaction.atomic():
                if do == "discard":
                    article.discard_changes(by=request.user)
                    said = gettext("The changes are discarded. You can find them in the history.")
                elif do == "schedule":
                    how = {"kind": data["kind"], "note": data["note"]}
                    article.schedule_changes(at=data["at"], by=request.user, **how)
                    time = date_format(localtime(data["at"]), "DATETIME_FORMAT")
                    said = gettext("Readers will see the changes from %s.") % time
                else:
                    how = {"kind": data["kind"], "note": data["note"]}
                    article.publish_changes(by=request.user, **how)
                    said = gettext("Readers see the changes now.")
        except StepRefused as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(request.path)
        messages.success(request, said)
        return self._to_form(str(article.pk))

    @transaction.atomic
    def call_off_view(self, request: Any, object_id: str) -> HttpResponse:
        article = self._seen(request, object_id)
        if article is not None:
            if not self.may_publish(request, article):
                raise PermissionDenied
            try:
                article.call_off(request.POST.get("kind", ""), by=request.user)
                messages.success(request, gettext("The schedule is cancelled."))
            except StepRefused as problem:
                messages.error(request, str(problem))
        return self._to_form(object_id)

    def before_publishing(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> TemplateResponse:
        """What the chosen articles lack, on one page that asks before they are published."""
        # The list leaves the texts out.
        articles = queryset.defer(None).prefetch_related("references")
        # The second press does nothing when one has changed since this page was made (ChosenRows).
        states = {row.pk: state_of_loaded([row]) for row in queryset.prefetch_related(None)}
        chosen = [(article, findings_of(article), states[article.pk]) for article in articles]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Before publishing"),
            "opts": self.opts,
            "chosen": chosen,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "opened_name": OPENED,
            "has_errors": any(
                found.is_error for _row, findings, _state in chosen for found in findings
            ),
        }
        return TemplateResponse(request, "admin/articles/before_publishing.html", context)

    def may_publish(self, request: HttpRequest, article: Article) -> bool:
        may_change = self.has_change_permission(request, article)
        return may_change and request.user.has_perm("articles.publish_article")

    def _seen(self, request: HttpRequest, object_id: str) -> Article | None:
        """The article if the user may see it, locked for a POST. Raises PermissionDenied."""
        article: Article | None = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    def _to_form(self, object_id: str) -> HttpResponse:
        """The form of the article. For one that is not there it answers as Django does."""
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[object_id]))
