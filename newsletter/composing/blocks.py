"""The blocks of an issue with all that mails, previews and the archive show of them."""

from dataclasses import dataclass
from unicodedata import bidirectional

from django.utils.translation import get_language_bidi

from config.web.site import absolute_url
from newsletter.composing import article_text
from newsletter.composing.pictures import Picture, picture_of
from newsletter.models import Block, Issue


@dataclass(frozen=True)
class Shown:
    """One block. `html` is clean HTML, `plain` the same as text; all others are plain text."""

    kind: str
    title: str = ""
    text: str = ""
    topic: str = ""
    url: str = ""
    html: str = ""
    plain: str = ""
    picture: Picture | None = None
    direction: str = "ltr"


def shown_blocks(issue: Issue, *, with_unpublished: bool = False) -> list[Shown]:
    """The blocks in their order. An article that readers may not see is left out."""
    rows = issue.blocks.select_related("article__topic", "article__hero", "image")
    return [
        _shown(block)
        for block in rows.order_by("position", "pk")
        if block.article is None or with_unpublished or block.article.is_published
    ]


def direction_of(text: str) -> str:
    """ "rtl" or "ltr": that of the first letter (Unicode TR9, P2), else that of the site."""
    for letter in text:
        if (kind := bidirectional(letter)) in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "rtl" if get_language_bidi() else "ltr"


def _shown(block: Block) -> Shown:
    article, is_whole = block.article, block.kind == Block.Kind.WHOLE_ARTICLE
    if article is None:
        picture = picture_of(block.image) if block.image else None
        return Shown(
            block.kind,
            text=block.text,
            url=block.url,
            picture=picture,
            direction=direction_of(block.text),
        )
    return Shown(
        block.kind,
        title=article.title,
        text=article.standfirst,
        topic=article.topic.name if article.topic else "",
        url=absolute_url(article.get_absolute_url()),
        html=article_text.html_of(article) if is_whole else "",
        plain=article_text.plain_text_of(article) if is_whole else "",
        picture=picture_of(article.hero) if article.hero else None,
        direction=direction_of(article.title),
    )
