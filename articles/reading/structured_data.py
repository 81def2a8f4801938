"""What pages say to machines: schema.org in JSON-LD. docs/metadata.md says why these types and no others.

Pages give rows with everything prefetched that is read here: metadata must not cost a page a query.
"""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Article, Author, Correction, Image, Reference, Topic
from articles.pictures.social_cards import HEIGHT, WIDTH, card_path
from config.web.moments import by_now
from config.web.site import absolute_url

Node = dict[str, Any]

LOGO_SIDE = 180  # of static/icons/mark-180.png
# As json_script does: text cannot end the block or begin another one.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def json_ld(nodes: list[Node]) -> SafeString:
    """A data block for the page's head. Browsers do not execute it, so that the CSP needs no word about it."""
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False)
    block = f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'
    return mark_safe(block)  # noqa: S308 - escaped just above


def whole_address(address: str) -> str:
    """Media and static files may live elsewhere and have whole addresses already."""
    return urljoin(settings.SITE_URL, address)


def last_change(article: Article) -> datetime:
    """Twin of ArticleQuerySet.with_last_change() for a row with its corrections."""
    corrected = [correction.corrected_at for correction in article.corrections.all()]
    return by_now(max([article.last_changed_at, *corrected]))


# Pages


def article_page(article: Article, *, comment_count: int = 0) -> list[Node]:
    """`reviewedBy` and `lastReviewed` belong to the page and not to the article: schema.org has them on WebPage.

    `comment_count` is given by whoever knows of comments.
    """
    url = absolute_url(article.get_absolute_url())
    trail = [(article.topic.name, article.topic.get_absolute_url())] if article.topic else []
    page = {
        "@type": "MedicalWebPage" if settings.HEALTH_PUBLICATION else "WebPage",
        "@id": url,
        "url": url,
        "name": article.title,
        "inLanguage": get_language(),
        "isPartOf": _website_id(),
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "reviewedBy": [_person(author) for author in article.reviewers],
        "lastReviewed": by_now(article.reviewed_at).isoformat() if article.reviewed_at else "",
        "mainEntity": _article(article, url) | {"commentCount": comment_count},
    }
    crumbs = _breadcrumb(url, [*trail, (article.title, article.get_absolute_url())])
    return [organization(), website(), _without_empty(page), crumbs]


def author_page(author: Author) -> list[Node]:
    """The profile with all the person's links, which must be prefetched."""
    url = absolute_url(author.get_absolute_url())
    links = [link.url for link in author.links.all()]
    page = {
        "@type": "ProfilePage",
        "@id": url,
        "url": url,
        "name": author.name,
        "inLanguage": get_language(),
        "isPartOf": _website_id(),
        "mainEntity": _person(author, links=links)
        | _without_empty({"description": author.bio, "image": _image(author.portrait)}),
    }
    return [organization(), website(), page]


def topic_page(topic: Topic) -> list[Node]:
    url = absolute_url(topic.get_absolute_url())
    page = {
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": topic.name,
        "description": topic.description,
        "inLanguage": get_language(),
        "isPartOf": _website_id(),
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "about": _thing(topic),
    }
    crumbs = _breadcrumb(url, [(topic.name, topic.get_absolute_url())])
    return [organization(), website(), _without_empty(page), crumbs]


def front_page() -> list[Node]:
    return [organization(), website()]


# What stands on them


def organization() -> Node:
    return {
        "@type": "Organization",
        "@id": absolute_url("/#organization"),
        "name": settings.SITE_NAME,
        "url": absolute_url("/"),
        "logo": {
            "@type": "ImageObject",
            "url": whole_address(static("icons/mark-180.png")),
            "width": LOGO_SIDE,
            "height": LOGO_SIDE,
        },
        "correctionsPolicy": absolute_url(reverse("articles:corrections")),
    }


def website() -> Node:
    return {
        "@type": "WebSite",
        **_website_id(),
        "name": settings.SITE_NAME,
        "url": absolute_url("/"),
        "inLanguage": get_language(),
        "publisher": _organization_id(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute_url(reverse("articles:search")) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }


def _website_id() -> Node:
    return {"@id": absolute_url("/#website")}


def _organization_id() -> Node:
    return {"@id": absolute_url("/#organization")}


def _article(article: Article, url: str) -> Node:
    node = {
        "@type": "Article",
        "@id": f"{url}#article",
        "headline": article.title,
        "description": article.standfirst,
        "image": [image for image in (_image(article.hero), _card(article)) if image],
        "datePublished": _moment(article.published_at) if article.published_at else "",
        "dateModified": _moment(last_change(article)),
        "author": [_person(author) for author in article.writers],
        "editor": [_person(author) for author in article.people("editor")],
        "publisher": _organization_id(),
        "isPartOf": _website_id(),
        "mainEntityOfPage": {"@id": url},
        "articleSection": article.topic.name if article.topic else "",
        "about": _thing(article.topic) if article.topic else "",
        "inLanguage": get_language(),
        "isAccessibleForFree": True,
        "wordCount": article.word_count,
        "citation": [_citation(reference) for reference in article.references.all()],
        "correction": [_correction(correction) for correction in article.corrections.all()],
    }
    return _without_empty(node)


def _person(author: Author, links: list[str] | None = None) -> Node:
    orcid = f"https://orcid.org/{author.orcid}" if author.orcid else ""
    affiliation = {"@type": "Organization", "name": author.affiliation}
    node = {
        "@type": "Person",
        "name": author.name,
        "url": absolute_url(author.get_absolute_url()),
        "honorificSuffix": author.credentials,
        "jobTitle": author.role,
        "affiliation": affiliation if author.affiliation else "",
        "sameAs": [address for address in [orcid, *(links or [])] if _is_of_the_web(address)],
    }
    return _without_empty(node)


def _citation(reference: Reference) -> Node:
    url = reference.url if _is_of_the_web(reference.url) else ""
    return _without_empty({"@type": "CreativeWork", "name": reference.text, "url": url})


def _correction(correction: Correction) -> Node:
    return {
        "@type": "CorrectionComment",
        "text": correction.text,
        "datePublished": _moment(by_now(correction.corrected_at)),
    }


def _thing(topic: Topic) -> Node:
    url = absolute_url(topic.get_absolute_url())
    return {"@type": "Thing", "name": topic.name, "url": url}


def _breadcrumb(url: str, trail: list[tuple[str, str]]) -> Node:
    steps = [(_("Home"), reverse("articles:front")), *trail]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute_url(path)}
        for place, (name, path) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": items}


def _image(image: Image | None) -> Node:
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


def _card(article: Article) -> Node:
    url = absolute_url(card_path(article))
    return {"@type": "ImageObject", "url": url, "width": WIDTH, "height": HEIGHT}


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _is_of_the_web(address: str) -> bool:
    """Rows may come from imports, which no form has checked."""
    return address.lower().startswith(("https://", "http://"))


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in ("", [], {}, None)}
