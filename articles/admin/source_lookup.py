"""The source behind a DOI, for the references of an article's form, as JSON."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.source_addresses import MalformedDoi, MalformedPubMedNumber
from articles.source_lookup import UnknownSource, source_of
from config.web.fetching.asking import NoAnswer
from config.web.requests.throttle import Limit

PER_PERSON = Limit("articles.source_lookup", times=100, period=timedelta(hours=1))


class SourceLookup(admin.ModelAdmin):
    """An address beside the list of articles, for people who write them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.source_view))
        return [path("source/", view, name="articles_article_source"), *super().get_urls()]

    def source_view(self, request: HttpRequest) -> JsonResponse:
        """The text of the reference, or why there is none. 404 where the operator allows no host.

        A POST, with its token: no other site makes this one ask.
        """
        if not settings.SOURCE_LOOKUP_URL:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not PER_PERSON.allows(str(request.user.pk)):
            return _no_source(
                _("Too many sources were looked up in the last hour. Enter this one yourself.")
            )
        try:
            return JsonResponse({"text": source_of(request.POST.get("address", "")[:500])})
        except (UnknownSource, MalformedDoi, MalformedPubMedNumber):
            return _no_source(_("This DOI was not found. Enter the source yourself."))
        except NoAnswer:
            return _no_source(_("The source could not be looked up. Enter it yourself."))


def _no_source(problem: str) -> JsonResponse:
    return JsonResponse({"problem": problem})
