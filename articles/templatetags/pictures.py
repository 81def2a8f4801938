"""Pictures of the library in templates: offered in the widths that screens ask for, with their size."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Image
from articles.pictures.renditions import srcset

register = template.Library()

# How wide a picture stands in each place: said before the stylesheets are read, so they are said here again
# (static/css/lists.css and article.css).
SIZES = {
    "hero": "(min-width: 72rem) 62rem, (min-width: 41rem) 38rem, calc(100vw - 2rem)",
    "lead": "(min-width: 80rem) 43rem, (min-width: 54rem) 54vw, calc(100vw - 2rem)",
    "card": "(min-width: 80rem) 24.5rem, (min-width: 63rem) 30vw, (min-width: 42rem) 46vw,"
    " (min-width: 36.01rem) 94vw, 6.5rem",
    "row": "(min-width: 68rem) 15rem, (min-width: 25rem) 22vw, 5.5rem",
    "portrait": "4.5rem",
    "portrait-small": "2.75rem",
    "portrait-large": "10rem",
}


@register.simple_tag
def picture(image: Image, place: str) -> SafeString:
    """The attributes of an `img` that stands at a place of SIZES."""
    return format_html(
        '{} width="{}" height="{}"', _sources(image, place), image.width, image.height
    )


@register.simple_tag
def preload_picture(image: Image | None, place: str) -> SafeString | str:
    """For a page's head: the browser fetches the first picture before it has read that far."""
    if not image:
        return ""
    copies = srcset(str(image.file.name), image.width)
    source = (
        format_html('imagesrcset="{}" imagesizes="{}"', copies, SIZES[place])
        if copies
        else format_html('href="{}"', image.file.url)
    )
    return format_html('<link rel="preload" as="image" {} fetchpriority="high">', source)


def _sources(image: Image, place: str) -> SafeString:
    copies = srcset(str(image.file.name), image.width)
    if not copies:
        return format_html('src="{}"', image.file.url)
    return format_html('src="{}" srcset="{}" sizes="{}"', image.file.url, copies, SIZES[place])
