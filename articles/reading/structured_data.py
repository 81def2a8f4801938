"""Structured data of pages: schema.org in JSON-LD. docs/metadata.md says why these types.

Pages prefetch all rows that are read here: metadata must not cost a page a query.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Article, Author, Image, Series, Topic
from config.web.cache.kept_values import kept
from config.web.moments import by_now
from config.web.site import absolute_url, whole_address

type Thing = dict[str, Any]  # of schema.org

LOGO_SIDE = 180  # of static/icons/mark-180.png
# As json_script does: text cannot end the block or begin another one.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def last_change(article: Article) -> datetime:
    """The same as ArticleQuerySet.with_last_change() for a row with its corrections."""
    corrected = [correction.corrected_at for correction in article.corrections.all()]
    return by_now(max([article.last_changed_at, *corrected]))


# Pages


def article_page(
    article: Article, *, card: Thing, modified: datetime, comment_count: int
) -> SafeString:
    """The data block of an article's page.

    `card` has the `url`, `width` and `height` of the article's picture for social networks.
    `reviewedBy` and `lastReviewed` stand on the page, because schema.org has them on WebPage only.
    """
    home, url = absolute_url("/"), absolute_url(article.get_absolute_url())
    topic = _topic(article.topic) if article.topic else {}
    page = {
        **_web_page(
            "MedicalWebPage" if settings.HEALTH_PUBLICATION else "WebPage", url, article.title, home
        ),
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "reviewedBy": [_person(author) for author in article.reviewers],
        "lastReviewed": by_now(article.reviewed_at).isoformat() if article.reviewed_at else "",
        "mainEntity": _article(article, url, home, topic, card, modified)
        | {"commentCount": comment_count},
    }
    trail = [(topic["name"], topic["url"])] if topic else []
    return _block(home, page, _breadcrumb(home, [*trail, (article.title, url)]))


def author_page(author: Author) -> SafeString:
    """The data block of an author's page, with all their links, which must be prefetched."""
    home, url = absolute_url("/"), absolute_url(author.get_absolute_url())
    about = {"description": author.bio, "image": _image(author.portrait)}
    person = _person(author, links=[link.url for link in author.links.all()])
    page = _web_page("ProfilePage", url, author.name, home)
    return _block(home, page | {"mainEntity": person | _without_empty(about)})


def topic_page(topic: Topic) -> SafeString:
    """The data block of a topic's page."""
    home, thing = absolute_url("/"), _topic(topic)
    name, url = thing["name"], thing["url"]
    page = {
        **_web_page("CollectionPage", url, name, home),
        "description": topic.description,
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "about": thing,
    }
    parent = [_topic(topic.parent)] if topic.parent else []
    trail = [(above["name"], above["url"]) for above in parent]
    return _block(home, page, _breadcrumb(home, [*trail, (name, url)]))


def series_page(series: Series) -> SafeString:
    """The data block of the page of a series."""
    home, url = absolute_url("/"), absolute_url(series.get_absolute_url())
    page = _web_page("CollectionPage", url, series.title, home)
    about = {"description": series.description, "breadcrumb": {"@id": f"{url}#breadcrumb"}}
    return _block(home, page | about, _breadcrumb(home, [(series.title, url)]))


def front_page() -> SafeString:
    """The data block of the front page."""
    return _block(absolute_url("/"))


def _web_page(kind: str, url: str, name: str, home: str) -> Thing:
    return {
        "@type": kind,
        "@id": url,
        "url": url,
        "name": name,
        "inLanguage": get_language(),
        "isPartOf": {"@id": f"{home}#website"},
    }


def _block(home: str, *things: Thing) -> SafeString:
    """The site and the things of a page, as a block for the page's head.

    Browsers do not execute it, so the content security policy need not name it.
    """
    site = kept("site in JSON-LD", lambda: _site(home), of=(home, settings.SITE_NAME))
    graph = [*site, *map(_without_empty, things)]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    block = f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'
    return mark_safe(block)  # noqa: S308 - escaped just above


# Parts of pages


def _site(home: str) -> list[Thing]:
    organization = {
        "@type": "Organization",
        "@id": f"{home}#organization",
        "name": settings.SITE_NAME,
        "url": home,
        "logo": {
            "@type": "ImageObject",
            "url": whole_address(static("icons/mark-180.png")),
            "width": LOGO_SIDE,
            "height": LOGO_SIDE,
        },
        "correctionsPolicy": absolute_url(reverse("articles:corrections")),
    }
    website = {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "name": settings.SITE_NAME,
        "url": home,
        "inLanguage": get_language(),
        "publisher": {"@id": f"{home}#organization"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute_url(reverse("articles:search")) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }
    return [organization, website]


def _article(
    article: Article, url: str, home: str, topic: Thing, card: Thing, modified: datetime
) -> Thing:
    sides = {"width": card["width"], "height": card["height"]}
    picture = {"@type": "ImageObject", "url": card["url"], **sides}
    node = {
        "@type": "Article",
        "@id": f"{url}#article",
        "headline": article.title,
        "description": article.standfirst,
        "image": [*filter(None, [_image(article.hero)]), picture],
        "datePublished": _moment(article.published_at) if article.published_at else "",
        "dateModified": _moment(modified),
        # Without a named author the publication answers for it.
        "author": [_person(author) for author in article.writers]
        or {"@id": f"{home}#organization"},
        "editor": [_person(author) for author in article.people("editor")],
        "publisher": {"@id": f"{home}#organization"},
        "isPartOf": {"@id": f"{home}#website"},
        "mainEntityOfPage": {"@id": url},
        "articleSection": topic.get("name", ""),
        "about": topic,
        "inLanguage": article.language or get_language(),
        "isAccessibleForFree": True,
        "wordCount": article.word_count,
        "citation": [
            _without_empty(
                {"@type": "CreativeWork", "name": source.text, "url": web_address(source.url)}
            )
            for source in article.references.all()
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": _moment(by_now(correction.corrected_at)),
            }
            for correction in article.corrections.all()
        ],
    }
    return _without_empty(node)


def _person(author: Author, links: list[str] | None = None) -> Thing:
    orcid = f"https://orcid.org/{author.orcid}" if author.orcid else ""
    affiliation = {"@type": "Organization", "name": author.affiliation}
    node = {
        "@type": "Person",
        "name": author.name,
        "url": absolute_url(author.get_absolute_url()),
        "honorificSuffix": author.credentials,
        "jobTitle": author.role,
        "affiliation": affiliation if author.affiliation else "",
        "sameAs": list(filter(web_address, [orcid, *(links or [])])),
    }
    return _without_empty(node)


def _topic(topic: Topic) -> Thing:
    url = absolute_url(topic.get_absolute_url())
    return {"@type": "Thing", "name": topic.name, "url": url}


def _breadcrumb(home: str, trail: list[tuple[str, str]]) -> Thing:
    """The way from the front page to the page at the end of `trail`, as (name, address)."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate([(_("Home"), home), *trail], start=1)
    ]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{trail[-1][1]}#breadcrumb",
        "itemListElement": items,
    }


def _image(image: Image | None) -> Thing:
    if image is None:
        return {}
    node = {
        "@type": "ImageObject",
        "url": whole_address(image.file.url),
        "width": image.width,
        "height": image.height,
        "caption": image.caption,
        "creditText": image.credit,
    }
    return _without_empty(node)


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def web_address(address: str) -> str:
    """The address if it is an HTTP one, else "". Imported rows were checked by no form."""
    return address if address.lower().startswith(("https://", "http://")) else ""


def _without_empty(node: Thing) -> Thing:
    return {name: value for name, value in node.items() if value not in ("", [], {}, None)}
