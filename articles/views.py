"""Public pages. ArticleQuerySet.published() alone says what readers may see."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Image, Page, Remark, Series, Topic
from articles.models.content import show
from articles.pictures.mail_pictures import mail_copy
from articles.pictures.renditions import LIBRARY_NAME, NoRendition, rendition, shared_cut
from articles.pictures.social_cards import card_of, card_png
from articles.reading import people_and_topics
from articles.reading.archive import Period, around
from articles.reading.article_page import read_article
from articles.reading.feeds import site_channel
from articles.reading.front_page import read_front
from articles.reading.listings import (
    ALL_ARTICLES,
    CORRECTIONS,
    OF_PERIOD,
    OF_TOPIC,
    WRITTEN_BY,
    BadCursor,
    ListPage,
)
from articles.reading.page_tags import of_article, of_cards, of_lines, of_period, of_person
from articles.reading.people_and_topics import read_author, read_topic, reviewed_by
from articles.rich_text import derive
from articles.signoff.passages import passages_of, place
from config.web.cache.cache_tags import cacheable, public_page
from config.web.files.stored_files import keep_for_ever, not_there
from config.web.site import absolute_url

CONTENTS_FROM = 3  # a list of contents helps from so many headings on

# Of posts, pages and lists of WordPress, such as /?p=123: redirects are looked up for a 404.
_FORMER_QUERIES = frozenset(["attachment_id", "cat", "feed", "p", "page_id"])
_BACK_LINK = re.compile(r'id="(cite-(\d+)-\d+)"')


@public_page
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if not _FORMER_QUERIES.isdisjoint(request.GET):
        raise Http404
    shown = read_front()
    return cacheable(render(request, "articles/front.html", {"front": shown}), *shown.tags())


@public_page
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponseBase:
    shown = read_article(slug)
    if shown is None:
        return _withdrawn(request, slug) or _moved_to(Article.objects.published(), slug)
    row, part = shown.article, shown.part
    context = article_context(row) | {"older": shown.older, "newer": shown.newer, "part": part}
    response = render(request, "articles/article.html", context | {"more": shown.related})
    tags = [*of_article(row), *of_lines(shown.lines), *of_cards(shown.related)]
    tags += [f"card-{number}" for number in shown.hidden]
    tags += [f"{kind}-{row.pk}" for kind in ("neighbours", "related", "parts", "thread", "opening")]
    tags += [f"series-{part.series.pk}"] if part else []
    return cacheable(response, *tags, "discussion", counted_as=f"article-{row.pk}")


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


@public_page
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A person with a part in something published: drafts must not name people."""
    person = read_author(slug)
    if person is None:
        return _moved_to(Author.objects.in_print(), slug)
    context = _list_context(request, WRITTEN_BY.page, person=person.pk)
    reviewed = reviewed_by(person) if context["list"].is_first else []
    pk = person.pk
    tags = [f"author-{pk}-bio", f"author-{pk}-page", *of_person(person)]
    tags += [*of_cards(context["list"].rows), *of_lines(reviewed)]
    if person.portrait_id:
        tags.append(f"image-{person.portrait_id}-words")
    context |= {"author": person, "reviewed": reviewed}
    return cacheable(render(request, "articles/author.html", context), *tags)


@public_page
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponseBase:
    row = read_topic(slug)
    if row is None:
        return _moved_to(Topic.objects.all(), slug)
    listed = _list_context(request, OF_TOPIC.page, topic=row.pk)
    below = people_and_topics.subtopics_of(row)
    context = listed | {"topic": row, "subtopics": below, "count": vars(row)["published_count"]}
    context["without_topic"] = not below  # else each card names its sub-topic
    tags = [f"topic-{row.pk}", f"topic-{row.pk}-page", f"topic-{row.pk}-disclaimer"]
    tags += [f"topic-{one.pk}-page" for one in below]
    response = render(request, "articles/topic.html", context)
    return cacheable(response, *tags, *of_cards(listed["list"].rows))


@public_page
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    groups = people_and_topics.topics_and_subtopics()
    tags = [f"topic-{one.pk}-page" for group, below in groups for one in (group, *below)]
    return cacheable(render(request, "articles/topics.html", {"groups": groups}), *tags)


@public_page
@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, people_and_topics.authors_page, step="after")
    people = context["list"].rows
    tags = [tag for person in people for tag in (*of_person(person), f"author-{person.pk}-bio")]
    return cacheable(render(request, "articles/authors.html", context), "authors", *tags)


@public_page
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A series with a public part: drafts must not name series."""
    row = people_and_topics.read_series(slug)
    if row is None:
        return _moved_to(Series.objects.with_parts(), slug)
    parts = people_and_topics.parts_of(row)
    response = render(request, "articles/series.html", {"series": row, "parts": parts})
    return cacheable(response, f"series-{row.pk}", *of_cards(parts))


@public_page
@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """What feeds are, and all of them but those of people and comments."""
    rows = people_and_topics.all_series()
    context = {
        "groups": people_and_topics.topics_and_subtopics(),
        "all_series": rows,
        "site": site_channel(),
    }
    tags = ["series", *(f"series-{row.pk}" for row in rows)]
    return cacheable(render(request, "articles/follow.html", context), *tags)


@public_page
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, ALL_ARTICLES.page)
    response = render(request, "articles/archive.html", context)
    return cacheable(response, "articles", *of_cards(context["list"].rows))


@public_page
@require_safe
def archive_period(request: HttpRequest, year: str, month: str | None = None) -> HttpResponse:
    """A year or a month of the archive. 404 when it has no articles."""
    period = Period(int(year), int(month) if month else None)
    try:
        start, end = period.bounds
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    context = _list_context(request, OF_PERIOD.page, start=start, end=end)
    if not context["list"].rows:
        raise Http404
    context |= {"period": period} | around(period)
    response = render(request, "articles/archive_period.html", context)
    return cacheable(response, *of_period(period), *of_cards(context["list"].rows))


@public_page
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    context = _list_context(request, CORRECTIONS.page)
    tags = [f"title-{correction.article_id}" for correction in context["list"].rows]
    return cacheable(render(request, "articles/corrections.html", context), "corrections", *tags)


@public_page
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The list that static/js/saved.js keeps on the reader's device."""
    return cacheable(render(request, "articles/saved.html"))


@public_page
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    row = Page.objects.filter(slug=slug).first()
    if row is None:
        return _moved_to(Page.objects.all(), slug)
    context = {"page": row, "body_html": derive(row.body).body_html}
    return cacheable(render(request, "articles/page.html", context), f"page-{row.pk}")


@require_safe
def card(request: HttpRequest, slug: str, digest: str) -> HttpResponseBase:
    """The picture that social networks show.

    404 unless `digest` is that of the present card, so that no request makes us store others.
    """
    public = Article.objects.published().select_related("topic").with_bylines()
    drawn = card_of(get_object_or_404(public, slug=slug))
    if digest != drawn.digest:
        raise Http404
    return keep_for_ever(HttpResponse(card_png(drawn), content_type="image/png"))


@require_safe
def rendition_file(
    request: HttpRequest, width: int, name: str, kind: str = "webp"
) -> HttpResponseBase:
    """A smaller copy of a picture of the library."""
    try:
        copy = rendition(name, width, kind)
    except NoRendition:
        return not_there()
    return keep_for_ever(HttpResponse(copy, content_type=f"image/{kind}"))


@require_safe
def shared_file(request: HttpRequest, x: int, y: int, name: str) -> HttpResponseBase:
    """The cut of a picture that other sites show. An earlier one leads to that of today."""
    image = Image.objects.filter(file=name).first() if LIBRARY_NAME.fullmatch(name) else None
    if image is None:
        return not_there()
    if (x, y) != (image.focus_x, image.focus_y):
        return redirect(image.shared_path)
    try:
        cut = shared_cut(name, image.shared_name, (x, y))
    except NoRendition:
        return not_there()
    response = keep_for_ever(HttpResponse(cut, content_type="image/jpeg"))
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def mail_picture(request: HttpRequest, copy: str) -> HttpResponseBase:
    """A picture of the library as mails show it."""
    try:
        content, kind = mail_copy(copy)
    except NoRendition:
        return not_there()
    return keep_for_ever(HttpResponse(content, content_type=kind))


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
    gone = Article.objects.retracted_from(slug).only("withdrawn_at", "withdrawal_notice").first()
    if gone is None:
        return None
    return render(request, "articles/withdrawn.html", {"article": gone}, status=410)


def _moved_to(public: QuerySet[Any], slug: str) -> HttpResponseBase:
    """A permanent redirect to the row of `public` that had this slug before; else 404."""
    target: Article | Author | Page | Series | Topic | None = public.filter(
        former_slugs__slug=slug
    ).first()
    if target is None:
        raise Http404
    return redirect(target, permanent=True)


def _list_context(
    request: HttpRequest, read: Callable[..., ListPage[Any]], *, step: str = "before", **values: Any
) -> dict[str, Any]:
    """One page of a list. 404 when the address has no cursor of a row in it.

    The address carries the cursor as `step`.
    """
    cursor = request.GET.get(step, "")
    try:
        found = read(cursor, **values)
    except BadCursor as error:
        raise Http404 from error
    if not found.rows and cursor:
        raise Http404
    query = f"?{step}={cursor}" if cursor else ""
    return {"list": found, "step": step, "canonical_url": absolute_url(request.path + query)}
