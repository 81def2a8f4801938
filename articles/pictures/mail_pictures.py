"""Copies of the library's pictures for mails: JPEG or PNG, as Outlook for Windows shows no WebP.

They are made and kept as renditions are.
"""

import logging
import re
from io import BytesIO

from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Pillow

from articles.pictures.renditions import NoRendition
from config.web.files.media_storage import kept_or_made

# Twice the column of a mail, for sharp screens.
WIDTH = 1200
_QUALITY = 82
_COPY = re.compile(r"(?P<name>images/\d{4}/\d{2}/\w+\.(?:(?P<png>png)|jpg|webp))\.(?:png|jpg)")

logger = logging.getLogger(__name__)


def mail_copy_path(name: str) -> str:
    """The address of the copy of the picture in the file `name` of the library."""
    return reverse("articles:mail_picture", kwargs={"copy": _copy_of(name)})


def mail_copy(copy: str) -> tuple[bytes, str]:
    """The copy with this name, made now or before, and its content type. Raises NoRendition."""
    found = _COPY.fullmatch(copy)
    if found is None or copy != _copy_of(found["name"]):
        raise NoRendition
    format_name = "PNG" if found["png"] else "JPEG"
    content = kept_or_made(f"renditions/mail/{copy}", lambda: _make(found["name"], format_name))
    return content, f"image/{format_name.lower()}"


def forget_mail_copy(name: str) -> None:
    """Remove the copy of a picture whose file was deleted."""
    default_storage.delete(f"renditions/mail/{_copy_of(name)}")


def _copy_of(name: str) -> str:
    return f"{name}.png" if name.endswith(".png") else f"{name}.jpg"


def _make(name: str, format_name: str) -> bytes:
    try:
        with default_storage.open(name) as file, Pillow.open(file) as picture:
            picture.thumbnail((WIDTH, picture.height), Pillow.Resampling.LANCZOS)
            output = BytesIO()
            if format_name == "PNG":
                picture.save(output, "PNG", optimize=True)
            else:
                _on_white(picture).save(output, "JPEG", quality=_QUALITY, progressive=True)
    except FileNotFoundError as error:
        raise NoRendition from error
    except Exception as error:  # a file that the disk spoiled: Pillow's decoders raise many kinds
        logger.warning("Cannot make a copy of %s for mails: %s", name, error)
        raise NoRendition from error
    return output.getvalue()


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """JPEG knows no transparency."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    sheet = Pillow.new("RGBA", picture.size, "white")
    return Pillow.alpha_composite(sheet, picture.convert("RGBA")).convert("RGB")
