"""Pictures of the library as mails show them."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from articles.models import Image
from config.web.site import absolute_url, whole_address

COLUMN = 600  # pixels: the width of a mail's column
# Twice the column, for sharp screens; one of articles.pictures.renditions.WIDTHS.
RENDITION = 1200


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
    """The picture in the file `name`, no wider than the column. A wide one is a rendition."""
    url = whole_address(f"{settings.MEDIA_URL}{name}")
    if width > RENDITION and name.startswith("images/"):
        path = reverse("articles:rendition", kwargs={"width": RENDITION, "name": name})
        url = absolute_url(path)
    shown = min(width, COLUMN)
    return Picture(url, alt, shown, max(1, round(height * shown / max(1, width))))
