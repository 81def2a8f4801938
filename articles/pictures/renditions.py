"""Smaller copies of the library's pictures, for the widths that screens ask for.

A rendition is made when it is first asked for and kept in the media storage below `renditions/`.
Only these widths of pictures of the library are made, so that nobody can fill the disk by asking.
"""

import logging
import re
from functools import lru_cache
from io import BytesIO

from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow

from config.web.files.media_storage import kept_or_made

WIDTHS = (400, 800, 1200, 1600)  # pixels
QUALITY = 80
_LIBRARY_NAME = re.compile(r"images/\d{4}/\d{2}/\w+\.(?:jpg|png|webp)")

logger = logging.getLogger(__name__)


class NoRendition(Exception):
    """There is no such picture, or no such width."""


def srcset(name: str, width: int) -> str:
    """The `srcset` attribute of a picture: its renditions below `width` pixels, and itself.

    "" when it has no rendition: it is small, or no picture of the library.
    """
    if not _LIBRARY_NAME.fullmatch(name):
        return ""
    smaller = _smaller_copies(name, width)
    return f"{smaller}, {default_storage.url(name)} {width}w" if smaller else ""


@lru_cache(maxsize=2_000)
def _smaller_copies(name: str, width: int) -> str:
    return ", ".join(
        f"{reverse('articles:rendition', kwargs={'width': step, 'name': name})} {step}w"
        for step in WIDTHS
        if step < width
    )


def rendition(name: str, width: int) -> bytes:
    """A WebP copy `width` pixels wide, made now or before. Raises NoRendition."""
    if width not in WIDTHS or not _LIBRARY_NAME.fullmatch(name):
        raise NoRendition

    def make() -> bytes:
        try:
            with default_storage.open(name) as file, Pillow.open(file) as picture:
                # A file that clean_picture() wrote: it needs no checks.
                picture.thumbnail((width, picture.height), Pillow.Resampling.LANCZOS)
                output = BytesIO()
                picture.save(output, "WEBP", quality=QUALITY)
        except FileNotFoundError as error:
            raise NoRendition from error
        except (
            Exception
        ) as error:  # a file that the disk spoiled: Pillow's decoders raise many kinds
            logger.warning("Cannot make a smaller copy of %s: %s", name, error)
            raise NoRendition from error
        return output.getvalue()

    return kept_or_made(f"renditions/{width}/{name}.webp", make)


def forget_renditions(name: str) -> None:
    """Remove the copies of a picture whose file was deleted."""
    for width in WIDTHS:
        default_storage.delete(f"renditions/{width}/{name}.webp")
