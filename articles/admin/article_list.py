from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin.filters import AuthorFilter, ReviewFilter, StateFilter
from articles.admin.picks import PickFilter
from articles.admin.steps import STEPS, Step, take
from articles.models import Article
from articles.models.refusals import StepRefused, WrongStatus
from config.web.requests.capped_paging import CappedPaginator


class ArticleList(admin.ModelAdmin):
    """The list of articles: its columns, filters and actions."""

    list_display = [
        "title",
        "state",
        "byline",
        "topic",
        "published",
        "word_count",
        "reads",
        "saved",
    ]
    list_filter = [StateFilter, ReviewFilter, PickFilter, "topic", ("authors", AuthorFilter)]
    list_filter += ["published_at"]
    ordering = ["-modified_at", "-pk"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    actions = ["submit_chosen", "publish_chosen", "withdraw_chosen", "pick_chosen", "unpick_chosen"]

    # Columns

    @admin.display(description=_("status"), ordering="status")
    def state(self, article: Article) -> str:
        # get_status_display() makes a key of all statuses, for each row.
        name, label = article.status, str(Article.Status(article.status).label)
        if article.is_published:
            name, label = "published", gettext("Published")
            if article.working_copy_id:
                label = gettext("Published, with unpublished changes")
        elif article.is_scheduled:
            name, label = "scheduled", gettext("Scheduled")
        steps = article.scheduled_steps.all()
        planned = [(f"{step.get_kind_display()}: {_short_time(step.at)}",) for step in steps]
        lines = format_html_join("", '<br><span class="quiet">{}</span>', planned)
        return format_html('<span class="state state--{}">{}</span>{}', name, label, lines)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, article: Article) -> str:
        return _short_time(article.published_at)

    @admin.display(description=_("saved"), ordering="modified_at")
    def saved(self, article: Article) -> str:
        return _short_time(article.modified_at)

    @admin.display(description=_("authors"))
    def byline(self, article: Article) -> str:
        return ", ".join(author.name for author in article.writers)

    # Actions

    @admin.action(description=_("Send selected articles for review"), permissions=["change"])
    def submit_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._step_chosen(request, queryset, STEPS["submit"])

    @admin.action(description=_("Publish selected articles now"), permissions=["publish"])
    def publish_chosen(
        self: Any, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        if "_sure" not in request.POST:
            return self.before_publishing(request, queryset)
        self._step_chosen(request, queryset, STEPS["publish"])
        return None

    @admin.action(description=_("Withdraw selected articles"), permissions=["publish"])
    def withdraw_chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._step_chosen(request, queryset, STEPS["withdraw"])

    def _step_chosen(self, request: Any, queryset: QuerySet[Article], step: Step) -> None:
        done, refused = 0, []
        for article in queryset:
            try:
                if not self.has_change_permission(request, article):
                    raise WrongStatus
                take(step, article, by=request.user)
                done += 1
            except WrongStatus:
                refused.append(article.title)
            except StepRefused as problem:
                messages.error(request, gettext("“%s”") % article.title + f": {problem}")
        if done:
            text = ngettext("%(count)s article: done.", "%(count)s articles: done.", done)
            messages.success(request, text % {"count": done})
        if refused:
            text = gettext("Not possible in their current status: %s.")
            messages.error(request, text % ", ".join(gettext("“%s”") % title for title in refused))


def _short_time(time: datetime | None) -> str:
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT") if time else ""
