"""Pictures of the library as mails show them."""

from dataclasses import dataclass

from django.conf import settings

from articles.models import Image
from articles.pictures.mail_pictures import WIDTH, mail_copy_path
from config.web.site import absolute_url, whole_address

COLUMN = 600  # pixels: the width of a mail's column


@dataclass(frozen=True)
class Picture:
    """An address that mail programs can ask for, and the size at which they show it."""

    url: str
    alt: str
    width: int
    height: int


def picture_of(image: Image) -> Picture:
    """A picture of the library."""
    return make_picture(str(image.file.name), image.alt_text, image.width, image.height)


def make_picture(name: str, alt: str, width: int, height: int) -> Picture:
    """The picture in the file `name`, shown no wider than the column.

    One that is wide, or whose format not every mail program knows, is a copy for mails.
    """
    url = whole_address(f"{settings.MEDIA_URL}{name}")
    if name.startswith("images/") and (width > WIDTH or name.endswith(".webp")):
        url = absolute_url(mail_copy_path(name))
    shown = min(width, COLUMN)
    return Picture(url, alt, shown, max(1, round(height * shown / max(1, width))))
