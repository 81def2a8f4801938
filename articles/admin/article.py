from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin.article_forms import ABOUT_SAVING, ArticleForm
from articles.admin.article_inlines import ContributionInline, CorrectionInline, ReferenceInline
from articles.admin.filters import AuthorFilter, ReviewFilter, StateFilter
from articles.admin.history import RevisionPages
from articles.admin.picks import PickFilter, PicksOnFront
from articles.admin.relations import RelatedRows
from articles.admin.steps import STEPS, Step, steps_for, take
from articles.models import Article, Contribution, Revision
from articles.models.article import WrongStatus
from articles.rich_text import unmatched_marks
from config.web.editing.admin_search import WordSearch
from config.web.requests.capped_paging import CappedPaginator


class ArticleList(ChangeList):
    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        articles: Any = super().get_queryset(request, exclude_parameters)
        return articles.for_list()


@admin.register(Article)
class ArticleAdmin(RevisionPages, PicksOnFront, RelatedRows, WordSearch, admin.ModelAdmin):
    form = ArticleForm
    inlines = [ContributionInline, ReferenceInline, CorrectionInline]
    change_form_template = "admin/articles/article_form.html"
    list_display = ["title", "state", "byline", "topic", "published", "word_count", "saved"]
    list_filter = [StateFilter, ReviewFilter, PickFilter, "topic", ("authors", AuthorFilter)]
    search_fields = ["title", "standfirst"]
    date_hierarchy = "published_at"
    ordering = ["-modified_at", "-pk"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    autocomplete_fields = ["topic"]
    actions = ["submit_chosen", "publish_chosen", "withdraw_chosen", "pick_chosen", "unpick_chosen"]
    readonly_fields = ["state", "published", "facts", "text_for_reading"]
    # A person who saves should know whether readers see the article now.
    watched_fields = ("modified_at", "status", "published_at")
    fieldsets = [
        (None, {"fields": ["title", "standfirst", "topic", "body"]}),
        (_("Beside the text"), {"fields": ["hero", "key_takeaways", "disclosure"]}),
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
            {"fields": [("state", "published"), "facts", "publish_on", "editors_pick", "note"]},
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

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    # List

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ArticleList

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        name, label = article.status, article.get_status_display()
        if article.is_published:
            name, label = "published", gettext("Published")
        elif article.is_scheduled:
            name, label = "scheduled", gettext("Scheduled")
        return format_html('<span class="state state--{}">{}</span>', name, label)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, article: Article) -> str:
        return _short_time(article.published_at)

    @admin.display(description=_("saved"), ordering="modified_at")
    def saved(self, article: Article) -> str:
        return _short_time(article.modified_at)

    @admin.display(description=_("authors"))
    def byline(self, article: Article) -> str:
        return ", ".join(author.name for author in article.writers)

    # Form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        replaced: dict[Any, list[str]] = {}  # fields to show instead of one
        if obj is None:
            replaced = {"facts": [], ("state", "published"): []}
        elif not self.has_change_permission(request, obj):
            replaced = {name: [] for name in ABOUT_SAVING} | {"body": ["text_for_reading"]}
        if not self.has_publish_permission(request):
            replaced |= {"publish_on": [], "editors_pick": []}
        fieldsets = []
        for title, options in super().get_fieldsets(request, obj):
            fields = [kept for name in options["fields"] for kept in replaced.get(name, [name])]
            fieldsets.append((title, {**options, "fields": fields}))
        return fieldsets

    @admin.display(description=_("length"))
    def facts(self, article: Article) -> str:
        text = ngettext(
            "%(words)s word, %(minutes)s min read",
            "%(words)s words, %(minutes)s min read",
            article.word_count,
        )
        return text % {"words": article.word_count, "minutes": article.reading_minutes}

    @admin.display(description=_("text"))
    def text_for_reading(self, article: Article) -> str:
        clean = mark_safe(article.body_html)  # noqa: S308 - made by rich_text
        return format_html('<div class="text-for-reading">{}</div>', clean)

    def view_on_site(self, article: Article) -> str:
        if article.is_published:
            return article.get_absolute_url()
        return reverse("articles:preview", args=[article.slug])

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
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Saving

    def last_change(self, row: Article, opened: str) -> tuple[Any, Any]:
        revision = row.revisions.select_related("by").first()
        return (revision.by, revision.at) if revision else (None, None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        article = form.instance
        # A new article without people is by the person who wrote it here.
        own = getattr(request.user, "author", None)
        if not change and own and not article.contributions.exists():
            Contribution.objects.create(article=article, author=own)
        rows_changed = any(formset.has_changed() for formset in formsets)
        if rows_changed:
            article.save(update_fields=["body", "modified_at"])  # marks link to the references
        if rows_changed or form.article_has_changed or not change:
            Revision.record(
                article, Revision.Action.SAVED, by=request.user, reason=form.cleaned_data["note"]
            )
        _warn_about_text(request, article, typed=form.cleaned_data["body"])
        self.save_pick(request, form)
        step = STEPS.get(request.POST.get("_step", ""))
        if step is not None:
            self._take_step(request, form, step)

    def _take_step(self, request: Any, form: Any, step: Step) -> None:
        """Do what the pressed status button says, after the form is saved."""
        if not step.is_allowed(request.user):
            raise PermissionDenied
        note, time = form.cleaned_data["note"], form.cleaned_data.get("publish_on")
        try:
            said = take(step, form.instance, by=request.user, reason=note, at=time)
        except WrongStatus as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        if request.POST.get("_step") in STEPS:
            return HttpResponseRedirect(_change_url(obj))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if request.POST.get("_step") in STEPS:
            return HttpResponseRedirect(_change_url(obj))
        return super().response_change(request, obj)

    # Actions of the list

    @admin.action(description=_("Send chosen articles to review"), permissions=["change"])
    def submit_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._step_chosen(request, queryset, STEPS["submit"])

    @admin.action(description=_("Publish chosen articles now"), permissions=["publish"])
    def publish_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._step_chosen(request, queryset, STEPS["publish"])

    @admin.action(description=_("Withdraw chosen articles"), permissions=["publish"])
    def withdraw_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._step_chosen(request, queryset, STEPS["withdraw"])

    def _step_chosen(self, request: Any, queryset: QuerySet[Article], step: Step) -> None:
        done, refused = 0, []
        for article in queryset:
            try:
                if not self.has_change_permission(request, article):
                    raise WrongStatus
                take(step, article, by=request.user, reason="", at=None)
                done += 1
            except WrongStatus:
                refused.append(article.title)
        if done:
            text = ngettext("%(count)s article: done.", "%(count)s articles: done.", done)
            messages.success(request, text % {"count": done})
        if refused:
            text = gettext("Not possible in their present status: %s.")
            messages.error(request, text % ", ".join(gettext("“%s”") % title for title in refused))


def _short_time(time: datetime | None) -> str:
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT") if time else ""


def _warn_about_text(request: HttpRequest, article: Article, *, typed: str) -> None:
    """Warn about unmatched marks and references, and about pictures that cleaning removed."""
    numbers = list(article.references.values_list("number", flat=True))
    without_reference, unused = unmatched_marks(article.body, numbers)
    if without_reference:
        marks = ", ".join(f"[{number}]" for number in without_reference)
        text = gettext("No reference has the number of these marks: %s.")
        messages.warning(request, text % marks)
    if unused:
        text = gettext("The text never cites these references: %s.")
        messages.warning(request, text % ", ".join(map(str, unused)))
    if typed.count("<img") > article.body.count("<img"):
        text = gettext(
            "A picture was left out: upload it to the library first, then choose it there."
        )
        messages.warning(request, text)


def _change_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])
