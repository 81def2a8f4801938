"""Uploaded pictures: what is accepted, and the clean file made of it. The only importer of Pillow in the apps."""

import secrets
import warnings
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps

MAX_BYTES = 20 * 1024 * 1024
# Pillow itself stops only at 179 megapixels, which unpack to most of a gigabyte.
MAX_PIXELS = 40_000_000
MAX_SIDE = 2560  # pixels of the longer side that is kept
# Real format -> (format written, file ending). SVG is a program, not a picture: refused.
FORMATS = {
    "JPEG": ("JPEG", "jpg"),
    "PNG": ("PNG", "png"),
    "WEBP": ("WEBP", "webp"),
    "GIF": ("PNG", "png"),
}


def picture_name(instance: object, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk but the ending we wrote ourselves."""
    ending = filename.rpartition(".")[2]
    return f"images/{timezone.now():%Y/%m}/{secrets.token_hex(10)}.{ending}"


def clean_picture(upload: IO[bytes], size: int) -> ContentFile[bytes]:
    """The upload as a fresh file: real format checked, upright, at most MAX_SIDE, no EXIF, no tail behind the picture.

    Raises ValidationError with a message for the person who uploads.
    """
    if size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 20 MB. Save it smaller and upload again."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            picture = Pillow.open(upload, formats=list(FORMATS))
            _refuse_too_many_pixels(picture)
            return _encode(picture)
    except ValidationError:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on damaged files
        raise ValidationError(
            _("This is not a picture that can be read. Upload a JPEG, PNG, WebP or GIF file.")
        ) from error


def _refuse_too_many_pixels(picture: Pillow.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ValidationError(
            _(
                "The picture has %(number)s megapixels, 40 are the most. Save it smaller and upload again."
            ),
            params={"number": round(width * height / 1_000_000)},
        )


def _encode(picture: Pillow.Image) -> ContentFile[bytes]:
    written, ending = FORMATS[picture.format or ""]
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS)
    mode = "RGB" if written == "JPEG" else "RGBA" if _has_transparency(upright) else "RGB"
    output = BytesIO()
    # A new image from the pixels alone carries no metadata of the old one.
    clean = Pillow.new(mode, upright.size)
    clean.paste(upright.convert(mode))
    clean.save(
        output, written, quality=86, optimize=written != "WEBP", progressive=written == "JPEG"
    )
    return ContentFile(output.getvalue(), name=f"picture.{ending}")


def _has_transparency(picture: Pillow.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
