"""The search page."""

from functools import partial
from typing import Any

from crispy_forms.utils import render_crispy_form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from articles.models import Topic
from articles.reading.listings import BadCursor
from articles.reading.page_tags import of_cards
from articles.search.forms import BY_DATE, SearchForm
from articles.search.narrowing import filters_to_add, filters_to_undo, query_string
from config.web.cache.cache_tags import cacheable, public_page
from config.web.cache.kept_values import filled, kept, placeholder

TOPICS_TO_OFFER = 12
# What the form shows of rows: the topics that have articles.
MENU = ("menu",)


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
        "form_html": _html_of(form),
        "answer": answer,
        "without_words": query_string(form, q=""),
        "query_string": query_string(form),
        "by_date": form.is_by_date,
    }
    if answer:
        context |= {
            "undo": filters_to_undo(form),
            "narrower": filters_to_add(form, answer.results.hits),
            "in_other_order": query_string(form, sort="" if form.is_by_date else BY_DATE),
        }
    if not (answer and answer.results.hits):
        context["topics"] = Topic.objects.with_articles().only("name", "slug")[:TOPICS_TO_OFFER]
    found = [hit.article for hit in answer.results.hits] if answer else []
    tags = ["search", *of_cards(found), *(f"article-{article.pk}" for article in found)]
    return cacheable(render(request, "articles/search.html", context), *(tags if answer else []))


def _html_of(form: SearchForm) -> SafeString:
    """What `{% crispy form %}` gives. Rendered once for all queries without filter and error."""
    if form.errors or form.initial or form.is_by_date:
        form.offer_topics()
        return render_crispy_form(form)
    words = form["q"].value() if form.is_bound else ""
    blank = kept(
        "search form", partial(_blank_html, is_bound=form.is_bound), *MENU, of=form.is_bound
    )
    return filled(blank, q=words)


def _blank_html(*, is_bound: bool) -> str:
    data = QueryDict(mutable=True)
    if is_bound:
        data["q"] = placeholder("q")
    form = SearchForm(data)
    form.is_valid()
    form.offer_topics()
    return render_crispy_form(form)
