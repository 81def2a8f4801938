"""Smaller copies of the library's pictures, for the widths that screens ask for.

A picture also has one cut, in the shape that other sites show beside a link, around the point that
its page in the library says. A rendition is made when it is first asked for and kept in the media
storage below `renditions/`.
Only these widths of pictures of the library are made, so that nobody can fill the disk by asking.
"""

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageOps, features

from config.web.files.media_storage import kept_or_made
from config.web.site import shown_media

WIDTHS = (400, 800, 1200, 1600)  # pixels
# Of about the same likeness: docs/performance.md has the figures. One thread: others serve pages.
KINDS: dict[str, dict[str, Any]] = {
    "webp": {"format": "WEBP", "quality": 80},
    "avif": {"format": "AVIF", "quality": 52, "speed": 8, "max_threads": 1},
}
HAS_AVIF = features.check("avif")
SHARED_SIZE = (1200, 630)  # at most
LIBRARY_NAME = re.compile(r"images/\d{4}/\d{2}/\w+\.(?:jpg|png|webp)")

logger = logging.getLogger(__name__)


class NoRendition(Exception):
    """There is no such picture, or no such width."""


def srcset(name: str, width: int) -> str:
    """The `srcset` attribute of a picture: its renditions below `width` pixels, and itself.

    "" when it has no rendition: it is small, or no picture of the library.
    """
    if not LIBRARY_NAME.fullmatch(name):
        return ""
    smaller = _smaller_copies(name, width)
    return f"{smaller}, {shown_media(default_storage.url(name))} {width}w" if smaller else ""


def avif_srcset(name: str, width: int) -> str:
    """As srcset(), for browsers that take AVIF: without the picture itself, which is none."""
    if not HAS_AVIF or not LIBRARY_NAME.fullmatch(name):
        return ""
    return _smaller_copies(name, width, "rendition_avif")


@lru_cache(maxsize=4_000)
def _smaller_copies(name: str, width: int, view: str = "rendition") -> str:
    return ", ".join(
        f"{reverse(f'articles:{view}', kwargs={'width': step, 'name': name})} {step}w"
        for step in WIDTHS
        if step < width
    )


def rendition(name: str, width: int, kind: str = "webp") -> bytes:
    """A copy `width` pixels wide, made now or before. Raises NoRendition."""
    is_made = kind == "webp" or HAS_AVIF
    if width not in WIDTHS or not is_made or not LIBRARY_NAME.fullmatch(name):
        raise NoRendition

    def smaller(picture: Pillow.Image) -> bytes:
        picture.thumbnail((width, picture.height), Pillow.Resampling.LANCZOS)
        return _encoded(picture, **KINDS[kind])

    return kept_or_made(f"renditions/{width}/{name}.{kind}", lambda: _made(name, smaller))


def shared_size(width: int, height: int) -> tuple[int, int]:
    """The size of the cut for other sites: its shape is fixed, and nothing is made larger."""
    most_wide, most_high = SHARED_SIZE
    scale = min(1, width / most_wide, height / most_high)
    return max(1, round(most_wide * scale)), max(1, round(most_high * scale))


def shared_cut(name: str, shared_name: str, focus: tuple[int, int]) -> bytes:
    """The cut for other sites around `focus` (percent), as JPEG. Raises NoRendition.

    `shared_name` is that of the picture's row, which the caller has looked up.
    """

    def cut(picture: Pillow.Image) -> bytes:
        size = shared_size(*picture.size)
        centering = (focus[0] / 100, focus[1] / 100)
        fitted = ImageOps.fit(picture, size, Pillow.Resampling.LANCZOS, centering=centering)
        paper = Pillow.new("RGB", size, "white")  # below what is transparent
        paper.paste(fitted, mask=fitted.getchannel("A") if fitted.mode == "RGBA" else None)
        return _encoded(paper, format="JPEG", quality=80)

    return kept_or_made(_shared_file(shared_name), lambda: _made(name, cut))


def _made(name: str, change: Callable[[Pillow.Image], bytes]) -> bytes:
    try:
        # A file that clean_picture() wrote: it needs no checks.
        with default_storage.open(name) as file, Pillow.open(file) as picture:
            return change(picture)
    except FileNotFoundError as error:
        raise NoRendition from error
    except Exception as error:  # a file that the disk spoiled: Pillow's decoders raise many kinds
        logger.warning("Cannot make a smaller copy of %s: %s", name, error)
        raise NoRendition from error


def _encoded(picture: Pillow.Image, **options: Any) -> bytes:
    output = BytesIO()
    picture.save(output, **options)
    return output.getvalue()


def _shared_file(shared_name: str) -> str:
    return f"renditions/shared/{shared_name}.jpg"


def forget_shared(shared_name: str) -> None:
    """Remove the cut of a picture that has another one now, or is gone."""
    default_storage.delete(_shared_file(shared_name))


def forget_renditions(name: str) -> None:
    """Remove the copies of a picture whose file was deleted."""
    for width in WIDTHS:
        for kind in KINDS:
            default_storage.delete(f"renditions/{width}/{name}.{kind}")
