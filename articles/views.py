"""Public pages. ArticleQuerySet.published() alone says what readers may see."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Page, Remark, Topic
from articles.models.content import show
from articles.pictures.renditions import NoRendition, rendition
from articles.pictures.social_cards import card_of, card_png
from articles.querysets import ArticleQuerySet
from articles.reading.archive import Period, around, years_and_months
from articles.reading.listings import (
    BadCursor,
    ListPage,
    author_page,
    corrections_page,
    list_page,
    newest_by_topic,
)
from articles.rich_text import derive
from articles.signoff.passages import passages_of, place
from config.web.cache.cache_tags import cacheable, cached_until, public_page
from config.web.files.stored_files import keep_for_ever, not_there
from config.web.site import absolute_url

LATEST_ON_FRONT = 7  # the lead and two rows of three
LIST_SIZE = 12
ARCHIVE_SIZE = 30
CORRECTIONS_SIZE = 30
PICKS_ON_FRONT = 4
CONTENTS_FROM = 3  # a list of contents helps from so many headings on

# The cache tags of what lists of articles show.
LISTS = ("cards", "authors", "images")

_BACK_LINK = re.compile(r'id="(cite-(\d+)-\d+)"')


@require_safe
@cached_until(*LISTS)
def front(request: HttpRequest) -> HttpResponse:
    latest = list(Article.objects.published().for_list().newest_first()[:LATEST_ON_FRONT])
    lead = latest[0] if latest else None
    # Without their authors, which would cost the page one more query.
    picks = Article.objects.picks().for_list().prefetch_related(None)
    picks = picks.exclude(pk=lead.pk) if lead else picks
    picked = list(picks[:PICKS_ON_FRONT])
    context = {
        "lead": lead,
        "latest": latest[1:],
        "picks": picked,
        "by_topic": newest_by_topic(without=[*latest, *picked]),
    }
    return render(request, "articles/front.html", context)


@public_page
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponseBase:
    public = Article.objects.published()
    row = public.for_page().filter(slug=slug).first()
    if row is None:
        return _withdrawn(request, slug) or _moved_to(public, slug)
    neighbours, more = public.neighbours_of(row), public.related_to(row)
    context = article_context(row) | neighbours | {"more": more}
    response = render(request, "articles/article.html", context)
    shown = [row, *more, *neighbours.values()]
    tags = [f"article-{article.pk}" for article in shown]
    return cacheable(response, *tags, f"thread-{row.pk}", "authors", "images", "discussion")


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Unpublished work and changes, for people who may see them in the admin.

    Strangers learn nothing from it: any slug asks them to log in.
    """
    response: HttpResponseBase
    if request.user.is_authenticated:
        visible = Article.objects.visible_to(request.user)
        row = get_object_or_404(visible.for_page(), slug=slug)
        remarks = list(Remark.objects.of(row).open().select_related("link__sign_off"))
        if row.is_published and not row.working_copy and not remarks:
            response = redirect(row)
        else:
            if row.working_copy:
                show(row, row.edited_content())
            context = article_context(row) | {"is_preview": True}
            if remarks:
                context |= _with_remarks(row, remarks, request.user)
            response = render(request, "articles/article.html", context)
    else:
        response = redirect_to_login(request.get_full_path())
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@cached_until(*LISTS)
def author(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A person with a part in something published: drafts must not name people."""
    people = Author.objects.in_print()
    person = people.select_related("portrait").prefetch_related("links").filter(slug=slug).first()
    if person is None:
        return _moved_to(people, slug)
    reviewed = Article.objects.newest_of(person, part="reviewer", number=LIST_SIZE)
    context = _list_context(request, partial(author_page, person), LIST_SIZE) | {
        "author": person,
        "reviewed": reviewed.for_line().newest_first(),
    }
    return render(request, "articles/author.html", context)


@require_safe
@cached_until(*LISTS)
def topic(request: HttpRequest, slug: str) -> HttpResponseBase:
    row: Any = Topic.objects.with_published_counts().filter(slug=slug).first()
    if row is None:
        return _moved_to(Topic.objects.all(), slug)
    public = Article.objects.published().filter(topic=row)
    listed = _list_context(request, _list_of(public), LIST_SIZE)
    context = listed | {"topic": row, "count": row.published_count}
    return render(request, "articles/topic.html", context)


@require_safe
@cached_until(*LISTS)
def archive(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, _list_of(Article.objects.published()), ARCHIVE_SIZE)
    years = years_and_months() if context["list"].is_first else []
    return render(request, "articles/archive.html", context | {"years": years})


@require_safe
@cached_until(*LISTS)
def archive_period(request: HttpRequest, year: str, month: str | None = None) -> HttpResponse:
    """A year or a month of the archive. 404 when it has no articles."""
    period = Period(int(year), int(month) if month else None)
    try:
        start, end = period.bounds
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    public = Article.objects.published().published_between(start, end)
    context = _list_context(request, _list_of(public), ARCHIVE_SIZE)
    if not context["list"].rows:
        raise Http404
    context |= {"period": period} | around(period)
    return render(request, "articles/archive_period.html", context)


@require_safe
@cached_until("corrections", "cards")
def corrections(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, corrections_page, CORRECTIONS_SIZE)
    return render(request, "articles/corrections.html", context)


@require_safe
@cached_until()
def page(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Page, slug=slug)
    context = {"page": row, "body_html": derive(row.body).body_html}
    return render(request, "articles/page.html", context)


@require_safe
def card(request: HttpRequest, slug: str, digest: str) -> HttpResponseBase:
    """The picture that social networks show.

    404 unless `digest` is that of the present card, so that no request makes us store others.
    """
    public = Article.objects.published().select_related("topic").with_bylines()
    drawn = card_of(get_object_or_404(public, slug=slug))
    if digest != drawn.digest:
        raise Http404
    response = keep_for_ever(HttpResponse(card_png(drawn), content_type="image/png"))
    # Other sites are meant to show it.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def rendition_file(request: HttpRequest, width: int, name: str) -> HttpResponseBase:
    """A smaller copy of a picture of the library."""
    try:
        copy = rendition(name, width)
    except NoRendition:
        return not_there()
    return keep_for_ever(HttpResponse(copy, content_type="image/webp"))


def article_context(row: Article) -> dict[str, Any]:
    """What the template of an article's page shows of it. `row` comes from `for_page`."""
    marks: dict[int, list[str]] = {}
    for mark, number in _BACK_LINK.findall(row.body_html):
        marks.setdefault(int(number), []).append(mark)
    return {
        "article": row,
        "contents": row.contents if len(row.contents) >= CONTENTS_FROM else [],
        "references": [(source, marks.get(source.number, [])) for source in row.references.all()],
    }


def _with_remarks(row: Article, remarks: list[Remark], user: Any) -> dict[str, Any]:
    """The text with the remarks of experts beside it, and those that have no paragraph in it."""
    passages = passages_of(row.body_html)
    may_resolve = user.has_perm("articles.change_article")
    return {
        "passages": passages,
        "other_remarks": place(remarks, passages),
        "may_resolve": may_resolve and Article.objects.editable_by(user).filter(pk=row.pk).exists(),
    }


def _withdrawn(request: HttpRequest, slug: str) -> HttpResponse | None:
    """410 for an article that readers could see before, with what they are told; else None.

    Its title and text are drafts again, which this page must not show.
    """
    address = Q(slug=slug) | Q(former_slugs__slug=slug)
    row = Article.objects.retracted().filter(address).only("withdrawn_at", "withdrawal_notice")
    context = {"article": row.first()}
    if context["article"] is None:
        return None
    return render(request, "articles/withdrawn.html", context, status=410)


def _moved_to(public: QuerySet[Any], slug: str) -> HttpResponseBase:
    """A permanent redirect to the row of `public` that had this slug before; else 404."""
    target: Article | Author | Topic | None = public.filter(former_slugs__slug=slug).first()
    if target is None:
        raise Http404
    return redirect(target, permanent=True)


def _list_of(articles: ArticleQuerySet) -> Callable[..., ListPage[Article]]:
    return partial(list_page, articles.for_list())


def _list_context(
    request: HttpRequest, page_of: Callable[..., ListPage[Any]], size: int
) -> dict[str, Any]:
    """One page of a list. 404 when the address has no cursor of a row in it."""
    before = request.GET.get("before", "")
    try:
        found = page_of(before=before, size=size)
    except BadCursor as error:
        raise Http404 from error
    if not found.rows and before:
        raise Http404
    query = f"?before={before}" if before else ""
    return {"list": found, "canonical_url": absolute_url(request.path + query)}
