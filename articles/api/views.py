"""Articles, topics, series and authors as JSON. Readers' querysets alone say what is in it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from articles.api import lists
from articles.api.fields import (
    Fields,
    person_name,
    picture,
    summary,
    whole_article,
    whole_person,
    whole_series,
    whole_topic,
)
from articles.models import Article, Author, Series, Topic
from articles.reading.article_page import read_article
from articles.reading.listings import BadCursor, ListPage
from articles.reading.page_tags import of_article, of_person
from articles.reading.people_and_topics import (
    read_author,
    read_series,
    read_topic,
    subtopics_of,
)
from config.web.api import Problem, answer, api_view, bad_cursor, list_answer, number_cursor


@api_view
def articles(request: HttpRequest) -> HttpResponse:
    """The newest first; those of one topic with its sub-topics, or of one author, on request."""
    topic_slug, author_slug = request.GET.get("topic", ""), request.GET.get("author", "")
    if topic_slug and author_slug:
        raise Problem(400, "Ask for a topic or for an author, not for both at once.")
    if topic_slug:
        topic = read_topic(topic_slug)
        if topic is None:
            raise Problem(404, "There is no topic with this slug.")
        page = _read(request, lists.OF_TOPIC, topic=topic.pk)
        tags = [f"topic-{topic.pk}", *_of_lists(topic)]
    elif author_slug:
        author = read_author(author_slug)
        if author is None:
            raise Problem(404, "There is no author with this slug.")
        page = _read(request, lists.WRITTEN_BY, person=author.pk)
        tags = [f"author-{author.pk}", f"author-{author.pk}-page"]
    else:
        page, tags = _read(request, lists.ALL), ["articles"]
    rows, of_rows = _summaries(page.rows)
    return list_answer(request, rows, page.older, *tags, *of_rows)


@api_view
def article(request: HttpRequest, slug: str) -> HttpResponseBase:
    """410 for an article that was withdrawn, without a word of it."""
    shown = read_article(slug)
    if shown is None:
        if Article.objects.retracted_from(slug).exists():
            raise Problem(410, "This article was withdrawn.")
        return _moved(Article.objects.published(), "api:article", slug)
    row, part = shown.article, shown.part
    tags = [*of_article(row), f"parts-{row.pk}"] + ([f"series-{part.series.pk}"] if part else [])
    return answer(whole_article(shown), *tags)


@api_view
def topics(request: HttpRequest) -> HttpResponse:
    """Topics with articles that readers may see, by number."""
    rows, cursor = lists.topics(number_cursor(request))
    tags = ["articles", "menu", *(tag for row in rows for tag in _of_topic(row))]
    return list_answer(request, [whole_topic(row) for row in rows], cursor, *tags)


@api_view
def topic(request: HttpRequest, slug: str) -> HttpResponseBase:
    row = read_topic(slug)
    if row is None:
        return _moved(Topic.objects.all(), "api:topic", slug)
    counted = whole_topic(row) | {"article_count": vars(row)["published_count"]}
    return answer(counted, *_of_topic(row), *_of_lists(row))


@api_view
def all_series(request: HttpRequest) -> HttpResponse:
    """Series with a part that readers may see, by number."""
    rows, cursor = lists.series(number_cursor(request))
    tags = [f"series-{row.pk}" for row in rows]
    return list_answer(request, [whole_series(row) for row in rows], cursor, "series", *tags)


@api_view
def series(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A series with its parts in their order. 404 when readers may see none of them."""
    row = read_series(slug)
    if row is None:
        return _moved(Series.objects.with_parts(), "api:series", slug)
    parts, tags = _summaries(lists.parts(row))
    return answer(whole_series(row) | {"articles": parts}, f"series-{row.pk}", *tags)


@api_view
def authors(request: HttpRequest) -> HttpResponse:
    """People with a part in something published, by number. Drafts must not name people."""
    people, cursor = lists.authors(number_cursor(request))
    rows = [person_name(one) | {"role": one.role, "image": picture(one.portrait)} for one in people]
    tags = [tag for one in people for tag in _of_person(one)]
    return list_answer(request, rows, cursor, "authors", *tags)


@api_view
def author(request: HttpRequest, slug: str) -> HttpResponseBase:
    person = read_author(slug)
    if person is None:
        return _moved(Author.objects.in_print(), "api:author", slug)
    tags = [*_of_person(person), f"author-{person.pk}-page"]
    return answer(whole_person(person), *tags)


def _summaries(articles: list[Article]) -> tuple[list[Fields], list[str]]:
    """The articles as lists show them, and their tags."""
    writers = lists.writers_of(articles)
    tags = [tag for article in articles for tag in _of_summary(article)]
    tags += [f"author-{person.pk}" for people in writers.values() for person in people]
    return [summary(article, writers[article.pk]) for article in articles], tags


def _read(request: HttpRequest, listing: Any, **values: int) -> ListPage[Article]:
    try:
        return listing.page(request.GET.get("cursor", ""), **values)
    except BadCursor as error:
        raise bad_cursor() from error


def _moved(public: Any, view: str, slug: str) -> HttpResponseBase:
    """A permanent redirect to the row of `public` that had this slug before; else 404."""
    row = public.filter(former_slugs__slug=slug).first()
    if row is None:
        raise Http404
    return redirect(view, slug=row.slug, permanent=True)


def _of_summary(article: Article) -> list[str]:
    tags = [f"card-{article.pk}"]
    tags += [f"topic-{article.topic_id}"] if article.topic_id else []
    image = article.hero_id
    return tags + ([f"image-{image}", f"image-{image}-words"] if image else [])


def _of_topic(topic: Topic) -> list[str]:
    tags = [f"topic-{topic.pk}", f"topic-{topic.pk}-page", f"topic-{topic.pk}-disclaimer"]
    return tags + ([f"topic-{topic.parent_id}"] if topic.parent_id else [])


def _of_lists(topic: Topic) -> list[str]:
    """Of the list of a topic's articles, in which those of its sub-topics stand."""
    return [f"topic-{row.pk}-page" for row in (topic, *subtopics_of(topic))]


def _of_person(author: Author) -> list[str]:
    tags = [*of_person(author), f"author-{author.pk}-bio"]
    return tags + ([f"image-{author.portrait_id}-words"] if author.portrait_id else [])
