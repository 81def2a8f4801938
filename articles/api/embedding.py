"""A card of an article on other sites: oEmbed (oembed.com), and the page in its frame.

401 is for addresses that nobody reads without logging in. A draft gets 404, as any address that
does not exist: the answer must not tell that there is one.
"""

import re
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.pictures.renditions import shared_size
from articles.pictures.social_cards import HEIGHT, WIDTH, card_path
from articles.reading.page_tags import of_entries
from config.web.api import Problem, answer, api_view
from config.web.cache.cache_tags import cacheable, public_page
from config.web.site import absolute_url, public_url
from config.web.text.characters import for_xml

CARD_WIDTH, CARD_HEIGHT = 600, 260  # CSS pixels
NARROWEST, LOWEST = 240, 200  # a smaller place gets a link
KEPT_SECONDS = 3600  # how long a site may show what it was told
# The frame's page runs no script. "allow-same-origin" lets its stylesheet load, the others let a
# press on the card open the article in a tab.
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
EMBEDDED_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}
_ARTICLE = re.compile(r"/articles/([-a-zA-Z0-9_]+)/?")
_PRIVATE = re.compile(r"/admin/.*|/articles/[-a-zA-Z0-9_]+/preview/?")


@api_view
def oembed(request: HttpRequest) -> HttpResponseBase:
    """What a site shows of an article whose address it was given, as JSON or XML."""
    kind = request.GET.get("format", "json")
    if kind not in {"json", "xml"}:
        raise Problem(501, "Ask for format=json or format=xml.")
    article = _article_at(request.GET.get("url", ""))
    width, height = _side(request, "maxwidth"), _side(request, "maxheight")
    fields = _fields(article, width, height)
    tags = [*of_entries([article])]
    if kind == "json":
        return answer(fields, *tags)
    elements = "".join(
        f"<{name}>{escape(for_xml(str(value)))}</{name}>" for name, value in fields.items()
    )
    text = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{elements}</oembed>\n'
    return cacheable(HttpResponse(text, content_type="text/xml; charset=utf-8"), *tags)


@public_page
@require_safe
@csp_override(EMBEDDED_CSP)
@xframe_options_exempt
def embedded_card(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The card that stands in frames of other sites. It has no form, no script and no cookie."""
    article = _public(slug=slug)
    if article is None:
        renamed = _public(former_slugs__slug=slug)
        if renamed is None:
            raise Http404
        return redirect("articles:embed", slug=renamed.slug, permanent=True)
    context = {"article": article, "canonical_url": absolute_url(article.get_absolute_url())}
    response = render(request, "articles/embed.html", context)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return cacheable(response, *of_entries([article]))


def _article_at(address: str) -> Article:
    """The public article with this address, or a former one. Raises Problem."""
    if not address:
        raise Problem(400, "Give the address of an article in `url`.")
    try:
        parts = urlsplit(address)
        host = urlsplit(settings.SITE_URL).netloc
        is_here = parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()
    except ValueError:  # such as a broken IPv6 address
        is_here = False
    if not is_here:
        raise Problem(404, "This address is not of this site.")
    if _PRIVATE.fullmatch(parts.path):
        raise Problem(401, "This address is for people who are logged in.")
    match = _ARTICLE.fullmatch(parts.path)
    found = match and (_public(slug=match[1]) or _public(former_slugs__slug=match[1]))
    if not found:
        raise Problem(404, "No article that readers may see has this address.")
    return found


def _public(**by: str) -> Article | None:
    return Article.objects.published().for_list().filter(**by).first()


def _side(request: HttpRequest, name: str) -> int | None:
    """The most pixels that the site has. Raises Problem for what is no number."""
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and 0 < len(text) <= 6):
        raise Problem(400, f"`{name}` is a number of pixels.")
    return int(text) if text else None


def _fields(article: Article, most_width: int | None, most_height: int | None) -> dict[str, Any]:
    """Of the type "rich", or "link" where the card has no place."""
    fields: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": article.title,
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute_url("/"),
        "cache_age": KEPT_SECONDS,
    }
    if article.writers:
        fields["author_name"] = ", ".join(person.name for person in article.writers)
    if len(article.writers) == 1:
        fields["author_url"] = absolute_url(article.writers[0].get_absolute_url())
    width = CARD_WIDTH if most_width is None else min(CARD_WIDTH, most_width)
    height = CARD_HEIGHT if most_height is None else min(CARD_HEIGHT, most_height)
    fields |= _thumbnail(article, most_width, most_height)
    if width >= NARROWEST and height >= LOWEST:
        frame = format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" sandbox="{}" loading="lazy"'
            ' style="border:0;max-width:100%"></iframe>',
            public_url("articles:embed", article.slug),
            width,
            height,
            article.title,
            SANDBOX,
        )
        fields |= {"type": "rich", "html": str(frame), "width": width, "height": height}
    return fields


def _thumbnail(
    article: Article, most_width: int | None, most_height: int | None
) -> dict[str, str | int]:
    """The picture for other sites, unless it is larger than what was asked for."""
    if article.hero:
        address = article.hero.shared_path
        width, height = shared_size(article.hero.width, article.hero.height)
    else:
        address, width, height = card_path(article), WIDTH, HEIGHT
    if (most_width or width) < width or (most_height or height) < height:
        return {}
    return {
        "thumbnail_url": absolute_url(address),
        "thumbnail_width": width,
        "thumbnail_height": height,
    }
