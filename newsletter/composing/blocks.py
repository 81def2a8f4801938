"""The blocks of an issue with all that mails, previews and the archive show of them."""

from dataclasses import dataclass, replace
from unicodedata import bidirectional

from django.utils.translation import get_language_bidi

from config.web.site import absolute_url
from newsletter.composing import article_text
from newsletter.composing.pictures import Picture, picture_of
from newsletter.models import Block, Issue
from newsletter.sending.body import EVERYBODY


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
    topics: frozenset[int] = frozenset()  # that an article belongs to; EVERYBODY without one
    part: str = ""  # who gets it of the readers of a digest (newsletter/sending/body.py)


def shown_blocks(issue: Issue, *, with_unpublished: bool = False) -> list[Shown]:
    """The blocks in their order. An article that readers may not see is left out."""
    rows = issue.blocks.select_related("article__topic", "article__hero", "image")
    shown, heading = [], ""
    for block in rows.order_by("position", "pk"):
        if block.kind == Block.Kind.HEADING:
            heading = block.text
        if block.article is None or with_unpublished or block.article.is_published:
            shown.append(_shown(block, heading))
    return _in_parts(shown) if issue.kind == Issue.Kind.DIGEST else shown


def direction_of(text: str) -> str:
    """ "rtl" or "ltr": that of the first letter (Unicode TR9, P2), else that of the site."""
    for letter in text:
        if (kind := bidirectional(letter)) in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "rtl" if get_language_bidi() else "ltr"


def _in_parts(blocks: list[Shown]) -> list[Shown]:
    """Articles are for the readers of their topic, headings for those of an article below.

    Texts, pictures and buttons are for everybody, and so is a heading without an article.
    """
    parts: list[Shown] = []
    below: frozenset[int] = frozenset()
    for shown in reversed(blocks):
        is_heading = shown.kind == Block.Kind.HEADING
        topics = below if is_heading else shown.topics
        below = frozenset() if is_heading else below | topics
        parts.append(replace(shown, part=" ".join(map(str, sorted(topics)))))
    return parts[::-1]


def _shown(block: Block, heading: str) -> Shown:
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
    topic = article.topic
    topics = {topic.pk, topic.parent_id or topic.pk} if topic else {EVERYBODY}
    return Shown(
        block.kind,
        title=article.title,
        text=article.standfirst,
        topic="" if topic is None or topic.name == heading else topic.name,
        url=absolute_url(article.get_absolute_url()),
        html=article_text.html_of(article) if is_whole else "",
        plain=article_text.plain_text_of(article) if is_whole else "",
        picture=picture_of(article.hero) if article.hero else None,
        direction=direction_of(article.title),
        topics=frozenset(topics),
    )
