from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.article_forms import ABOUT_SAVING, ArticleForm
from articles.admin.article_inlines import ContributionInline, CorrectionInline, ReferenceInline
from articles.admin.article_list import ArticleList
from articles.admin.changes import ChangesPages
from articles.admin.experts import ExpertPages
from articles.admin.finding import FoundArticles
from articles.admin.handing_over import HandingOverPages
from articles.admin.history import RevisionPages
from articles.admin.link_chooser import LinkChooser
from articles.admin.pasted_text import PastedText
from articles.admin.picks import PicksOnFront
from articles.admin.relations import RelatedRows
from articles.admin.source_lookup import SourceLookup
from articles.admin.steps import STEPS, Step, next_of, steps_for, take
from articles.models import Article, Revision
from articles.models.content import show
from articles.models.refusals import StepRefused
from articles.publishing_checks import findings_of
from articles.rich_text import unmatched_marks

_PUBLISHING = {"publish", "schedule", "publish_changes"}
_KEPT_BACK = _("Readers still see the published version. “Publish changes” shows them this one.")
_ASKED = _(
    "Nothing was published. Check “Before publishing”. To publish anyway, tick the box there"
    " and press the button again."
)


@admin.register(Article)
class ArticleAdmin(
    ChangesPages,
    ExpertPages,
    RevisionPages,
    HandingOverPages,
    LinkChooser,
    PicksOnFront,
    PastedText,
    RelatedRows,
    SourceLookup,
    FoundArticles,
    ArticleList,
):
    form = ArticleForm
    inlines = [ContributionInline, ReferenceInline, CorrectionInline]
    change_form_template = "admin/articles/article_form.html"
    autocomplete_fields = ["topic"]
    readonly_fields = ["published", "reads", "text_for_reading"]
    # A person who saves should know whether readers see the article now.
    watched_fields = ("modified_at", "status", "published_at", "working_copy")
    fieldsets = [
        (None, {"fields": ["title", "standfirst", "body"]}),
        # The rows below an article come between these two: article_form.html.
        (
            _("Topic and picture"),
            {"fields": ["topic", "hero", "key_takeaways", "disclosure", "language"]},
        ),
        (
            _("Dates and address"),
            {
                "fields": ["updated_at", "reviewed_at", "review_by", "slug"],
                "classes": ["collapse"],
            },
        ),
        (
            _("Comments"),
            {"fields": ["comments_open", "comments_close_at"], "classes": ["collapse"]},
        ),
        (
            _("Publication"),
            {
                "fields": [
                    "published",
                    "reads",
                    "publish_on",
                    "editors_pick",
                    "note",
                    "notice_for_readers",
                    "withdraw_on",
                ],
                "classes": ["collapse"],
            },
        ),
    ]

    # Permissions

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """The only source of lists, autocompletes, history, actions and typed addresses."""
        articles: Any = super().get_queryset(request)
        return articles.visible_to(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        user: Any = request.user
        if obj is None or user.has_perm("articles.edit_any_article"):
            return True
        # One page asks some twenty times: the answer is kept with the row, for its present status.
        answers = obj.__dict__.setdefault("_editable_answers", {})
        question = (user.pk, obj.status)
        if question not in answers:
            own = Article.objects.editable_by(user)
            answers[question] = own.filter(pk=obj.pk).exists()
        return answers[question]

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """A public article must be withdrawn first: a slip must not lose its links and comments."""
        is_public = obj is not None and obj.is_published
        return super().has_delete_permission(request, obj) and not is_public

    def instead_of_deleting(self, row: Article) -> str:
        if not row.is_published:
            return ""
        return gettext("“%s” is public. Withdraw it first.") % row

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    # Form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        replaced: dict[Any, list[str]] = {}  # fields to show instead of one
        if obj is None:
            replaced = {"published": [], "reads": []}
        elif not self.has_change_permission(request, obj):
            replaced = {name: [] for name in ABOUT_SAVING} | {"body": ["text_for_reading"]}
        names = ["withdraw_on", "notice_for_readers"]
        if obj is not None and obj.is_published:
            names = ["publish_on"]
        if not self.has_publish_permission(request):
            names = ["publish_on", "withdraw_on", "notice_for_readers", "editors_pick"]
        replaced |= {name: [] for name in names}
        fieldsets = []
        for title, options in super().get_fieldsets(request, obj):
            fields = [kept for name in options["fields"] for kept in replaced.get(name, [name])]
            fieldsets.append((title, {**options, "fields": fields}))
        return fieldsets

    @admin.display(description=_("text"))
    def text_for_reading(self, article: Article) -> str:
        clean = mark_safe(article.body_html)  # noqa: S308 - made by rich_text
        return format_html('<div class="text-for-reading">{}</div>', clean)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form of what people write: of a public article with a working copy, that one."""
        if obj is not None and request.method == "GET":
            below = ("contributions__author", "references", "corrections", "scheduled_steps")
            prefetch_related_objects([obj], *below)
        if obj is not None and not hasattr(obj, "public_slug"):
            obj.public_slug = obj.slug
            if obj.working_copy and self.has_change_permission(request, obj):
                show(obj, obj.edited_content())
        # Two versions are compared with what is shown here (SafeSaving).
        return super().get_form(request, obj, change=change, **kwargs)

    def view_on_site(self, article: Article) -> str:
        page = "article" if article.is_published else "preview"
        return reverse(f"articles:{page}", args=[_public_slug(article)])

    def render_change_form(
        self,
        request: Any,
        context: Any,
        add: Any = False,
        change: Any = False,
        form_url: Any = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is None or self.has_change_permission(request, obj):
            context["steps"] = steps_for(request.user, obj)
            context["next_step"] = next_of(context["steps"])
        context["has_bar"] = True
        context["text_part"], *context["parts_beside"] = context["adminform"]
        if obj is not None:
            context["state"] = self.state(obj)
            # After an error the object has what was typed, and nothing of it is saved.
            findings = findings_of(obj) if request.method == "GET" else []
            context["findings"] = findings
            context["shows_findings"] = context.get("steps") and request.method == "GET"
            may_publish = {step.name for step in context.get("steps", [])} & _PUBLISHING
            context["asks_first"] = may_publish and findings and not findings[0].is_error
            context["may_publish"] = self.may_publish(request, obj)
            context |= self.about_handing_over(obj)
            context["experts"] = obj.expert_links.work_left()
            context["preview"] = reverse("articles:preview", args=[_public_slug(obj)])
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Saving

    def last_change(self, row: Article, opened: str) -> tuple[Any, Any]:
        revision = row.revisions.select_related("by").first()
        return (revision.by, revision.at) if revision else (None, None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make a new row. What was typed into an existing one is saved with the rows below it."""
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Iterable[Any], change: bool) -> None:
        # The form's own object has what was typed, and may show a working copy.
        article = self.model._base_manager.select_related("working_copy").get(pk=form.instance.pk)
        content = article.edited_content() | form.typed_fields()
        content |= {rows.rows_name: rows.typed_rows() for rows in formsets if rows.is_editable}
        # A new article without people is by the person who wrote it here.
        own = getattr(request.user, "author", None)
        if not change and own and not content["people"]:
            content["people"] = [{"author": own.pk, "part": "author", "position": 0}]
        note, was_scheduled = form.cleaned_data["note"], article.is_scheduled
        revision = article.save_content(content, by=request.user, reason=note)
        if was_scheduled and article.published_at is None:
            reason = article.revisions.values_list("reason", flat=True)[0]
            messages.error(request, gettext("The schedule is cancelled.") + f" {reason}")
        if revision is None and not change:
            Revision.record(article, Revision.Action.SAVED, by=request.user, reason=note)
        _warn_about_text(request, article.with_working_copy(), typed=form.cleaned_data["body"])
        self.save_pick(request, form, article)
        step = STEPS.get(request.POST.get("_step", ""))
        if step is not None:
            self._take_step(request, form, step, article)
        if revision and article.working_copy_id == revision.pk:
            messages.info(request, _KEPT_BACK)

    def _take_step(self, request: Any, form: Any, step: Step, article: Article) -> None:
        """Do what the pressed status button says, after the form is saved."""
        if not step.is_allowed(request.user):
            raise PermissionDenied
        if step.name == "compare_changes":
            return  # the next page asks how
        data = form.cleaned_data
        if self.asks_first(request, step, article):
            messages.warning(request, _ASKED)
            return
        try:
            said = take(
                step,
                article,
                by=request.user,
                reason=data["note"],
                notice=data.get("notice_for_readers", ""),
                at=data.get("publish_on" if step.name == "schedule" else "withdraw_on"),
                kind=data["change_kind"],
                correction=data["correction"],
            )
        except StepRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)

    def asks_first(self, request: HttpRequest, step: Step, article: Article) -> bool:
        """Whether something is missing that the person has not agreed to publish without."""
        if step.name not in _PUBLISHING or "_sure" in request.POST:
            return False
        findings = findings_of(article.with_working_copy())
        return bool(findings) and not findings[0].is_error

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        if request.POST.get("_step") in STEPS:
            return HttpResponseRedirect(_after_step(request, obj))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if request.POST.get("_step") in STEPS:
            return HttpResponseRedirect(_after_step(request, obj))
        return super().response_change(request, obj)


def _warn_about_text(request: HttpRequest, article: Article, *, typed: str) -> None:
    """Warn about unmatched marks and references, and about pictures that cleaning removed."""
    numbers = [row.number for row in article.references.all()]
    without_reference, unused = unmatched_marks(article.body, numbers)
    if without_reference:
        marks = ", ".join(f"[{number}]" for number in without_reference)
        text = gettext("These citations have no reference: %s.")
        messages.warning(request, text % marks)
    if unused:
        text = gettext("These references are not cited in the text: %s.")
        messages.warning(request, text % ", ".join(map(str, unused)))
    if typed.count("<img") > article.body.count("<img"):
        text = gettext(
            "A picture was left out. Upload it to the library first, then choose it there."
        )
        messages.warning(request, text)


def _public_slug(article: Any) -> str:
    """The slug of the row, also while the object shows a working copy with another one."""
    return getattr(article, "public_slug", article.slug)


def _after_step(request: HttpRequest, article: Article) -> str:
    page = "changes" if request.POST["_step"] == "compare_changes" else "change"
    return reverse(f"admin:articles_article_{page}", args=[article.pk])
