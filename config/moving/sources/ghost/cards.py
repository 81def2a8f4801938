"""Cards of Ghost's editor, the same in lexical and mobiledoc: one table of their kinds."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from articles.importing.markdown import markdown_as_html
from config.moving.wording import text_of_html

type Card = Mapping[str, Any]
type Say = Callable[[str, str], object]

# Readers of the site never saw these.
MAIL_ONLY = frozenset(["email", "email-cta"])
_OLD_NAMES = {"card-markdown": "markdown", "code": "codeblock", "hr": "horizontalrule"}
_NO_LINK = ("kind", "type", "version")


def card_as_html(kind: str, card: Card, say: Say) -> str | None:
    """The card as HTML that is not clean; None for a kind that nobody knows.

    What is not in it is told to `say`.
    """
    kind = _OLD_NAMES.get(kind, kind)
    words = text_of_html(" ".join(strings_in(card)))
    if kind in MAIL_ONLY or kind == "paywall":
        say(f"card {kind}", words)
        return ""
    if not _is_for_all(card):
        say("for members only", words)
        return ""
    if kind not in _CARDS:
        return None
    if kind in _NAMED:
        say(_NAMED[kind], words)
    if kind == "image" and _get(card, "title"):
        say("title of a picture", _get(card, "title"))
    return _CARDS[kind](card)


def strings_in(value: object, depth: int = 0) -> list[str]:
    """All texts of a card, for a report."""
    if isinstance(value, str):
        return [value]
    if depth > 20:
        return []
    if isinstance(value, dict):
        kept = (inner for name, inner in value.items() if name not in _NO_LINK)
        return [text for inner in kept for text in strings_in(inner, depth + 1)]
    if isinstance(value, list):
        return [text for inner in value for text in strings_in(inner, depth + 1)]
    return []


def _is_for_all(card: Card) -> bool:
    """Whether a page showed it to readers without an account."""
    visibility = card.get("visibility")
    if not isinstance(visibility, dict):
        return True
    web = visibility.get("web")
    if isinstance(web, dict) and web.get("nonMember") is False:
        return False
    return visibility.get("showOnWeb") is not False


def _get(card: Card, *names: str) -> str:
    """The first of these fields that has text."""
    return next((card[name] for name in names if isinstance(card.get(name), str)), "")


def _link(address: str, words: str) -> str:
    """A paragraph with a link; without an address, the words."""
    if not address:
        return f"<p>{words}</p>" if words else ""
    return f'<p><a href="{escape(address)}">{words or escape(address)}</a></p>'


def picture(card: Card) -> str:
    address, alt = _get(card, "src"), _get(card, "alt")
    caption = _get(card, "caption")
    return (
        f'<figure><img src="{escape(address)}" alt="{escape(alt)}">'
        f"{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"
    )


def gallery(card: Card) -> str:
    images = card.get("images")
    found = [image for image in images if isinstance(image, dict)] if images else []
    caption = _get(card, "caption")
    return "".join(map(picture, found)) + (f"<p>{caption}</p>" if caption else "")


def bookmark(card: Card) -> str:
    about = card.get("metadata")
    about = about if isinstance(about, dict) else card
    named = [_get(about, name) for name in ("description", "author", "publisher")]
    words = " · ".join(escape(text) for text in named if text)
    caption = _get(card, "caption")
    address = _get(card, "url") or _get(about, "url")
    below = "".join(f"<p>{text}</p>" for text in (words, caption) if text)
    return _link(address, escape(_get(about, "title"))) + below


def callout(card: Card) -> str:
    emoji = escape(_get(card, "calloutEmoji"))
    return f"<aside><p>{emoji}</p>{_get(card, 'calloutText')}</aside>"


def code(card: Card) -> str:
    caption = _get(card, "caption")
    below = f"<p>{caption}</p>" if caption else ""
    return f"<pre>{escape(_get(card, 'code'), quote=False)}</pre>{below}"


def file(card: Card) -> str:
    title = escape(_get(card, "fileTitle") or _get(card, "fileName", "title"))
    caption = _get(card, "fileCaption", "caption")
    return _link(_get(card, "src"), title) + (f"<p>{caption}</p>" if caption else "")


def embed(card: Card) -> str:
    caption = _get(card, "caption")
    return _link(_get(card, "url"), "") + (f"<p>{caption}</p>" if caption else "")


def button(card: Card) -> str:
    return _link(_get(card, "buttonUrl"), escape(_get(card, "buttonText")))


def product(card: Card) -> str:
    shown = {"src": _get(card, "productImageSrc")}
    return (
        f"{picture(shown) if shown['src'] else ''}"
        f"<p><strong>{_get(card, 'productTitle')}</strong></p>{_get(card, 'productDescription')}"
        f"{_link(_get(card, 'productUrl'), escape(_get(card, 'productButton')))}"
    )


def header(card: Card) -> str:
    return (
        f"<h2>{_get(card, 'header')}</h2><p>{_get(card, 'subheader')}</p>"
        f"{button(card) if _get(card, 'buttonText') else ''}"
    )


def toggle(card: Card) -> str:
    return f"<p><strong>{_get(card, 'heading')}</strong></p>{_get(card, 'content')}"


def call_to_action(card: Card) -> str:
    label = _get(card, "sponsorLabel")
    return f"<aside>{label}{_get(card, 'textValue')}{button(card)}</aside>"


_CARDS: dict[str, Callable[[Card], str]] = {
    "audio": file,
    "bookmark": bookmark,
    "button": button,
    "call-to-action": call_to_action,
    "callout": callout,
    "codeblock": code,
    "embed": embed,
    "file": file,
    "gallery": gallery,
    "header": header,
    "horizontalrule": lambda card: "<hr>",
    "html": lambda card: _get(card, "html"),
    "image": picture,
    "markdown": lambda card: markdown_as_html(_get(card, "markdown")),
    "product": product,
    "signup": lambda card: "",
    "toggle": toggle,
    "video": file,
}
# Kinds that are not whole on a page here.
_NAMED = {
    "audio": "player",
    "embed": "embed",
    "file": "file",
    "gallery": "gallery",
    "product": "card product",
    "signup": "form",
    "toggle": "card toggle",
    "video": "player",
}
