from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from articles.admin.differences import changes_between
from articles.models import Article, Revision
from articles.models.content import content_of
from articles.rich_text import derive

_REVISIONS_SHOWN = 200


class RevisionPages(admin.ModelAdmin):
    """An article's history: the text and the changes of each revision, and its restoring."""

    object_history_template = "admin/articles/article_history.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        place = "<path:object_id>/history/<int:revision_id>/"
        return [
            path(place, view(self.revision_view), name="articles_article_revision"),
            path(
                f"{place}restore/",
                view(require_POST(self.restore_view)),
                name="articles_article_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        article: Any = self.get_object(request, unquote(object_id))
        revisions = article.revisions.select_related("by") if article else Revision.objects.none()
        shown = revisions.defer("content")[:_REVISIONS_SHOWN]
        return super().history_view(
            request, object_id, {**(extra_context or {}), "revisions": shown}
        )

    def revision_view(self, request: HttpRequest, object_id: str, revision_id: int) -> HttpResponse:
        revision = self._revision(request, object_id, revision_id)
        if revision is None:
            return self._no_such_article(request, object_id)
        article, content = revision.article, revision.content
        former = article.revisions.filter(pk__lt=revision.pk).first()
        with_now = request.GET.get("with") == "now"
        before = former.content if former and not with_now else content
        after = content_of(article) if with_now else content
        numbers = [row["number"] for row in content.get("references", [])]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Revision of “%s”") % article,
            "opts": self.opts,
            "article": article,
            "revision": revision,
            "former": former,
            "later": article.revisions.filter(pk__gt=revision.pk).last(),
            "text": derive(content.get("body", ""), reference_numbers=numbers).body_html,
            "with_now": with_now,
            # The first revision has none before it to compare with.
            "changes": changes_between(before, after) if with_now or former else None,
            "may_restore": self.has_change_permission(request, article),
        }
        return TemplateResponse(request, "admin/articles/revision.html", context)

    @transaction.atomic
    def restore_view(self, request: HttpRequest, object_id: str, revision_id: int) -> HttpResponse:
        revision = self._revision(request, object_id, revision_id)
        if revision is None:
            return self._no_such_article(request, object_id)
        if not self.has_change_permission(request, revision.article):
            raise PermissionDenied
        time = date_format(localtime(revision.at), "DATETIME_FORMAT")
        user: Any = request.user
        reason = gettext("Text from %s restored") % time
        if revision.restore(by=user, reason=reason):
            said = gettext(
                "“%(title)s” has the text from %(time)s again. The text it replaced is in the"
                " history."
            )
            messages.success(request, said % {"title": revision.article, "time": time})
        else:
            messages.info(
                request, gettext("The article already has this text. Nothing was changed.")
            )
        return HttpResponseRedirect(
            reverse("admin:articles_article_change", args=[revision.article_id])
        )

    def _revision(self, request: HttpRequest, object_id: str, revision_id: int) -> Revision | None:
        """A revision of an article that the user may see, else None. Raises PermissionDenied."""
        article: Article | None = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            return None
        revision = article.revisions.select_related("by").filter(pk=revision_id).first()
        if revision is not None:
            revision.article = article
        return revision

    def _no_such_article(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Django's answer for a row that does not exist or that the user may not see."""
        # Django lets people override this method, but the stubs lack it.
        not_there: Any = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
        return not_there(request, self.opts, unquote(object_id))
