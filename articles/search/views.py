"""The search page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import Topic
from articles.reading.listings import BadCursor
from articles.reading.page_tags import of_entries
from articles.search.forms import SearchForm
from config.web.cache.cache_tags import cacheable, public_page

TOPICS_TO_OFFER = 12


@public_page
@require_safe
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
    found = [hit.article for hit in answer.results.hits] if answer else []
    tags = ["search", *of_entries(found)] if answer else []
    return cacheable(render(request, "articles/search.html", context), *tags)


def _query_string(form: SearchForm, *names: str) -> str:
    """The query string of these fields, for links that keep them."""
    return urlencode([(name, form.data[name]) for name in names if form.data.get(name)])
