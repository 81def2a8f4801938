"""The search page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import Topic
from articles.reading.listings import BadCursor
from articles.search.forms import SearchForm
from config.web.cache.cache_tags import cached_until

TOPICS_TO_OFFER = 12


@require_safe
@cached_until("search", "cards", "authors", "images")
def search(request: HttpRequest) -> HttpResponse:
    form, after = SearchForm(request.GET), request.GET.get("after", "")
    try:
        answer = form.answer(after=after) if form.is_valid() else None
    except BadCursor as error:
        raise Http404 from error
    if after and answer and not answer.results.hits:
        raise Http404
    context: dict[str, Any] = {
        "form": form,
        "answer": answer,
        "filters": _query_string(form, "topic", "author", "since", "until"),
        "query_string": _query_string(form, *form.fields),
    }
    if not (answer and answer.results.hits):
        context["topics"] = Topic.objects.with_articles().only("name", "slug")[:TOPICS_TO_OFFER]
    return render(request, "articles/search.html", context)


def _query_string(form: SearchForm, *names: str) -> str:
    """The query string of these fields, for links that keep them."""
    return urlencode([(name, form.data[name]) for name in names if form.data.get(name)])
