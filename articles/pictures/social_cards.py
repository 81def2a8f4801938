"""The picture that other sites show beside a link to an article: drawn here, 1200 x 630, PNG."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from font_source_serif_pro import font_files_ttf
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from articles.models import Article
from config.web.files.media_storage import kept_or_made

WIDTH, HEIGHT = 1200, 630
LOOK = 2  # count up when the drawing changes, so that every card gets a new address

# The light colours of static/css/tokens.css.
_PAPER, _INK, _SOFT = "#fbf8f2", "#211c18", "#645a51"
_ACCENT, _TINT, _POINT = "#1b4f85", "#dfe8f2", "#6f9cc9"
_MARGIN = 80
_TITLE_WIDTH = 920
# The largest size whose lines fit; the last one is cut.
_TITLE_SIZES = ((88, 2), (76, 3), (64, 4), (54, 4), (46, 5))
_FINER = 4  # shapes are drawn so much larger, then made smaller: Pillow draws hard edges


@dataclass(frozen=True)
class Card:
    """All that is written on a card. Equal cards are drawn once."""

    title: str
    names: str
    topic: str
    site_name: str

    @property
    def digest(self) -> str:
        said = json.dumps([LOOK, *astuple(self)])
        return hashlib.sha256(said.encode()).hexdigest()[:20]


def card_of(article: Article) -> Card:
    """The card of an article, from its topic and contributions, which should be prefetched."""
    names = ", ".join(person.name for person in article.writers)
    topic = article.topic.name if article.topic else ""
    return Card(article.title, names, topic, settings.SITE_NAME)


def card_path(article: Article) -> str:
    """The path of the card's picture. It changes with the card, so copies stay valid for ever."""
    return reverse("articles:card", args=[article.slug, card_of(article).digest])


def card_png(card: Card) -> bytes:
    """The card from the media storage, drawn and put there when it is first asked for."""
    # Not the public digest: nobody can get the card of a withdrawn article from /media/.
    secret = salted_hmac(
        "articles.pictures.social_cards", card.digest, algorithm="sha256"
    ).hexdigest()
    return kept_or_made(f"cards/{secret[:32]}.png", lambda: draw(card))


def draw(card: Card) -> bytes:
    """The card as a PNG. It leaves out lines in scripts that the font lacks."""
    picture = Pillow.new("RGB", (WIDTH, HEIGHT), _PAPER)
    ornament, mark = _mark(640, _TINT, _TINT), _mark(68, _ACCENT, _POINT)
    picture.paste(ornament, (WIDTH - 420, 80), ornament)
    picture.paste(mark, (_MARGIN - 8, 62), mark)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 14, HEIGHT), fill=_ACCENT)
    _write_line(pen, card.site_name, (_MARGIN + 74, 96), _font("Semibold", 40), _INK)
    _write_title(pen, card)
    _write_line(pen, card.names, (_MARGIN, HEIGHT - 84), _font("Regular", 34), _SOFT)
    output = BytesIO()
    picture.quantize(96).save(output, "PNG", optimize=True)
    return output.getvalue()


def _write_title(pen: ImageDraw.ImageDraw, card: Card) -> None:
    """Write topic and title, together in the middle of the room between name and authors."""
    title, topic = _writable(card.title), _writable(card.topic)
    if not title:
        title, topic = topic, ""
    size, lines = _fitted(title)
    leading = round(size * 1.16)
    top = 332 - (leading * len(lines) + 52 * bool(topic)) // 2
    if topic:
        _write_line(pen, topic, (_MARGIN, top + 22), _font("Semibold", 32), _ACCENT)
        top += 52
    for number, line in enumerate(lines):
        middle = top + number * leading + leading // 2
        pen.text((_MARGIN, middle), line, font=_font("Semibold", size), fill=_INK, anchor="lm")


def _write_line(
    pen: ImageDraw.ImageDraw,
    text: str,
    place: tuple[int, int],
    font: ImageFont.FreeTypeFont,
    colour: str,
) -> None:
    """Write one line, cut at the title's width. `place` is the middle of its left edge."""
    for line in list(_wrapped(_writable(text), font, _TITLE_WIDTH))[:1]:
        cut = line if line == _writable(text) else _ellipsis(line, font, _TITLE_WIDTH)
        pen.text(place, cut, font=font, fill=colour, anchor="lm")


def _fitted(title: str) -> tuple[int, list[str]]:
    """Font size and lines of a title."""
    for size, most in _TITLE_SIZES:
        font = _font("Semibold", size)
        lines = list(_wrapped(title, font, _TITLE_WIDTH))
        whole_words = all(font.getlength(word) <= _TITLE_WIDTH for word in title.split())
        if len(lines) <= most and whole_words:
            # As many lines at the least width are about equally long.
            widths = range(_TITLE_WIDTH // 2, _TITLE_WIDTH, 40)
            narrower = (list(_wrapped(title, font, width)) for width in widths)
            return size, next((some for some in narrower if len(some) <= len(lines)), lines)
    if len(lines) <= most:
        return size, lines
    return size, [*lines[: most - 1], _ellipsis(lines[most - 1], font, _TITLE_WIDTH)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and font.getlength(f"{line} {word}") > width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
        while font.getlength(line) > width:  # a word longer than a line
            fitting = next(n for n in range(len(line), 0, -1) if font.getlength(line[:n]) <= width)
            yield line[:fitting]
            line = line[fitting:]
    if line:
        yield line


def _ellipsis(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip(' ,;:.–-')}…"


def _writable(text: str) -> str:
    """The text on one line without control characters; "" when the font lacks a letter of it."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    shown = "".join(letter for letter in line if unicodedata.category(letter)[0] != "C")
    return shown if all(map(_has_glyph, set(shown))) else ""


@lru_cache(maxsize=2000)
def _has_glyph(letter: str) -> bool:
    if letter == " ":
        return True
    drawn, missing = (_font("Regular", 40).getmask(sign) for sign in (letter, "\U0010fffd"))
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


@lru_cache(maxsize=20)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    name = "SourceSerifPro" + weight.replace("Regular", "")
    return ImageFont.truetype(font_files_ttf[name], size)


@lru_cache(maxsize=4)
def _mark(size: int, ring: str, point: str) -> Pillow.Image:
    """The mark of static/icons/mark.svg, whose 32 units become `size` pixels."""
    unit = size * _FINER / 32
    large = Pillow.new("RGBA", (size * _FINER, size * _FINER))
    pen = ImageDraw.Draw(large)
    middle, radius = (13.5 * unit, 16 * unit), 11.2 * unit
    box = (*(at - radius for at in middle), *(at + radius for at in middle))
    pen.arc(box, 38, 322, fill=ring, width=round(4.4 * unit))
    diamond = [(24, 11.8), (28.2, 16), (24, 20.2), (19.8, 16)]
    pen.polygon([(x * unit, y * unit) for x, y in diamond], fill=point)
    return large.resize((size, size), Pillow.Resampling.LANCZOS)
