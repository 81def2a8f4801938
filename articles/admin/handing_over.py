"""Beside an article's form: why it was returned, and its review without a change."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from articles.models import Article, Revision
from articles.models.refusals import StepRefused
from config.web.database.keys import may_be_key


class HandingOverPages(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.reviewed_view))
        page = path("<path:object_id>/reviewed/", view, name="articles_article_reviewed")
        return [page, *super().get_urls()]

    def reviewed_view(self, request: Any, object_id: str) -> HttpResponse:
        """Note that a public article was reviewed and says the same still."""
        article: Any = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article is not None:
            may_change = self.has_change_permission(request, article)
            if not (may_change and request.user.has_perm("articles.publish_article")):
                raise PermissionDenied
            self._confirm_review(request, article)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[object_id]))

    def _confirm_review(self, request: Any, article: Article) -> None:
        seen = request.POST.get("seen", "")
        try:
            number = int(seen) if may_be_key(seen) else 0
            article.confirm_review(by=request.user, seen=number)
        except StepRefused as problem:
            messages.error(request, str(problem))
            return
        article.refresh_from_db(fields=["review_by"])
        if article.review_by:
            said = gettext("Readers now see that it was reviewed today. Next review: %s.")
            messages.success(request, said % date_format(article.review_by))
        else:
            said = gettext(
                "Readers now see that it was reviewed today. Its topic has no review"
                " interval: enter the day of the next review under “Dates and address”."
            )
            messages.warning(request, said)

    def about_handing_over(self, article: Article) -> dict[str, Any]:
        """What the form shows above: why it came back or was not published, and its reviews."""
        revisions = article.revisions.select_related("by").defer("content")
        if article.status == Article.Status.DRAFT:
            return {"returned": revisions.filter(action=Revision.Action.RETURNED).first()}
        stopped = Article.objects.stopped().filter(pk=article.pk).only("pk").first()
        shown: dict[str, Any] = {"stopped": stopped}
        if article.is_published:
            reviews = revisions.filter(action=Revision.Action.REVIEWED)
            shown |= {"newest_revision": revisions.first(), "last_review": reviews.first()}
        return shown
