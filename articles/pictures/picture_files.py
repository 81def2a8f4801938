"""Uploaded pictures: the formats that are accepted, and the clean file that is kept."""

import secrets
import threading
import warnings
from io import BytesIO
from pathlib import PurePath
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from pillow_heif import register_heif_opener

from config.web.text.characters import is_blank, one_line

MAX_BYTES = 20 * 1024 * 1024
# Pillow itself stops only at 179 megapixels, which unpack to most of a gigabyte.
MAX_PIXELS = 40_000_000
MAX_SIDE = 2560  # pixels of the longer side that is kept
# Making a picture of 40 megapixels smaller takes up to 700 MB: one at a time in a process.
_one_at_a_time = threading.Lock()
register_heif_opener()
# Real format -> (format written, file ending). SVG is a program, not a picture: refused.
FORMATS = {
    "JPEG": ("JPEG", "jpg"),
    "MPO": ("JPEG", "jpg"),  # a JPEG of many telephones, with a second picture behind the first
    "PNG": ("PNG", "png"),
    "WEBP": ("WEBP", "webp"),
    "GIF": ("PNG", "png"),
    "AVIF": ("WEBP", "webp"),
    "HEIF": ("JPEG", "jpg"),  # what telephones call HEIC
}
ACCEPTED = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"]
# A second picture in other formats is a preview or a series, and does not move.
_MAY_MOVE = {"PNG", "WEBP", "GIF", "AVIF"}


class MovingPicture(Exception):
    """The file is an animation, of which one picture alone would say something else."""


def picture_name(instance: object, filename: str) -> str:
    """A random name for a file, with the ending of `filename`, which clean_picture() gave."""
    ending = filename.rpartition(".")[2]
    return f"images/{timezone.now():%Y/%m}/{secrets.token_hex(10)}.{ending}"


def title_of_file(filename: str) -> str:
    """A title for the library from the name of an upload: `red-hill_2.jpg` gives “red hill 2”."""
    stem = PurePath(filename).stem.replace("-", " ").replace("_", " ")
    title = one_line(" ".join(stem.split()))[:200]
    return _("Picture") if is_blank(title) else title


def clean_picture(upload: IO[bytes], size: int) -> ContentFile[bytes]:
    """A new file with the pixels of the upload, upright, at most MAX_SIDE, without any metadata.

    `size` is that of the upload in bytes. Its real format is checked. Raises ValidationError with a
    message for the person who uploads, also for a moving picture.
    """
    if size > MAX_BYTES:
        raise ValidationError(
            _("The file is larger than 20 MB. Make it smaller and upload it again.")
        )
    try:
        with _one_at_a_time, warnings.catch_warnings():
            # Pillow warns about damage that it can repair, and about sizes that are checked here.
            warnings.simplefilter("ignore")
            picture = Pillow.open(upload, formats=ACCEPTED)
            if picture.width * picture.height > MAX_PIXELS:
                raise Pillow.DecompressionBombError
            if picture.format in _MAY_MOVE and getattr(picture, "is_animated", False):
                raise MovingPicture
            return _encode(picture)
    except MovingPicture as error:
        raise ValidationError(
            _("The picture is animated. Save one frame as a JPEG or PNG file and upload that.")
        ) from error
    except Pillow.DecompressionBombError as error:
        raise ValidationError(
            _("The picture has more than 40 megapixels. Make it smaller and upload it again.")
        ) from error
    except Exception as error:  # Pillow's decoders raise many kinds on damaged files
        raise ValidationError(
            _(
                "This file cannot be read as a picture. Upload a JPEG, PNG, WebP, AVIF, HEIC"
                " or GIF file."
            )
        ) from error


def _encode(picture: Pillow.Image) -> ContentFile[bytes]:
    written, ending = FORMATS[picture.format or ""]
    # Pillow scales only 8-bit channels without a palette smoothly.
    small = picture
    if picture.mode.startswith(("I", "F")):
        small = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif "transparency" in picture.info or picture.mode == "PA":
        small = picture.convert("RGBA")
    elif picture.mode in {"1", "P"}:
        small = picture.convert("L" if picture.mode == "1" else "RGB")
    small.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS)
    coloured = _in_srgb(ImageOps.exif_transpose(small))
    transparent = written != "JPEG" and coloured.mode in {"RGBA", "LA"}
    mode = "RGBA" if transparent else "RGB"
    # A new image from the pixels alone carries no metadata of the old one.
    clean = Pillow.new(mode, coloured.size)
    clean.paste(coloured.convert(mode))
    output = BytesIO()
    clean.save(output, written, quality=86, progressive=written == "JPEG")
    return ContentFile(output.getvalue(), name=f"picture.{ending}")


def _in_srgb(picture: Pillow.Image) -> Pillow.Image:
    """The picture in the colours of its profile, because the profile is lost with the metadata."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, srgb, outputMode=target) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):  # damaged, or for another kind of picture
        return picture
