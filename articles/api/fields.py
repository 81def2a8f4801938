"""The fields of articles, topics and people in the JSON API: what readers see, and no more."""

from typing import Any

from django.utils.translation import get_language

from articles.models import Article, Author, Image, Series, Topic
from articles.reading.article_page import ArticlePage
from articles.reading.feeds import whole_text
from articles.reading.structured_data import last_change, web_address
from config.web.api import day, moment
from config.web.site import absolute_url, address_of, whole_address

type Fields = dict[str, Any]


def summary(article: Article, writers: list[Author]) -> Fields:
    """An article in a list, from the rows of `articles.api.lists`."""
    return {
        "id": article.pk,
        "slug": article.slug,
        "title": article.title,
        "standfirst": article.standfirst,
        "url": absolute_url(article.get_absolute_url()),
        "api_url": absolute_url(address_of("api:article", article.slug)),
        "published_at": moment(article.published_at),
        "reading_minutes": article.reading_minutes,
        "topic": topic_name(article.topic) if article.topic else None,
        "authors": [person_name(person) for person in writers],
        "image": picture(article.hero),
    }


def whole_article(page: ArticlePage) -> Fields:
    """An article with its text."""
    article, part = page.article, page.part
    lines = article.contributions.all()
    return summary(article, article.writers) | {
        "language": article.language or get_language(),
        "modified_at": moment(last_change(article)),
        "content_html": whole_text(article),
        "key_takeaways": article.key_takeaways,
        "disclosure": article.disclosure,
        "disclaimer": article.topic.disclaimer if article.topic else "",
        "word_count": article.word_count,
        "series": series_name(part.series) | {"part": part.number, "parts": part.of}
        if part
        else None,
        "reviewed_on": day(article.reviewed_at),
        "review_by": day(article.review_by),
        "contributors": [{"part": line.part} | person_name(line.author) for line in lines],
        "references": [
            {"number": source.number, "text": source.text, "url": web_address(source.url) or None}
            for source in article.references.all()
        ],
        "corrections": [
            {"text": correction.text, "corrected_at": moment(correction.corrected_at)}
            for correction in article.corrections.all()
        ],
    }


def topic_name(topic: Topic) -> Fields:
    """A topic as articles name it."""
    return {
        "id": topic.pk,
        "slug": topic.slug,
        "name": topic.name,
        "url": absolute_url(topic.get_absolute_url()),
        "api_url": absolute_url(address_of("api:topic", topic.slug)),
    }


def whole_topic(topic: Topic) -> Fields:
    """A topic with the one that it is part of, which must be read already."""
    return topic_name(topic) | {
        "description": topic.description,
        "disclaimer": topic.disclaimer,
        "parent": topic_name(topic.parent) if topic.parent else None,
    }


def series_name(series: Series) -> Fields:
    """A series as its articles name it."""
    return {
        "id": series.pk,
        "slug": series.slug,
        "title": series.title,
        "url": absolute_url(series.get_absolute_url()),
        "api_url": absolute_url(address_of("api:series", series.slug)),
    }


def whole_series(series: Series) -> Fields:
    """A series, one of the `with_parts()`."""
    return series_name(series) | {
        "description": series.description,
        "part_count": len(vars(series)["parts"]),
    }


def person_name(author: Author) -> Fields:
    """A person as articles name them."""
    return {
        "id": author.pk,
        "slug": author.slug,
        "name": author.name,
        "url": absolute_url(author.get_absolute_url()),
        "api_url": absolute_url(address_of("api:author", author.slug)),
    }


def whole_person(author: Author) -> Fields:
    """A person with their portrait and links, which must be read already."""
    return person_name(author) | {
        "role": author.role,
        "credentials": author.credentials,
        "affiliation": author.affiliation,
        "orcid": author.orcid or None,
        "biography": author.bio,
        "image": picture(author.portrait),
        "links": [{"label": link.label, "url": link.url} for link in author.links.all()],
    }


def picture(image: Image | None) -> Fields | None:
    if image is None:
        return None
    return {
        "url": whole_address(image.file.url),
        "width": image.width,
        "height": image.height,
        "alt": image.alt_text,
        "caption": image.caption,
        "credit": image.credit,
    }
