"""Pictures of the library in templates, with their size and in several widths."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Image
from articles.pictures.renditions import avif_srcset, srcset
from config.web.site import shown_media

register = template.Library()

# The width of a picture in each place. The same widths stand in static/css/lists.css and
# article.css, which a browser reads later than this.
SIZES = {
    "hero": "(min-width: 72rem) 54rem, (min-width: 41rem) 38rem, calc(100vw - 2rem)",
    "lead": "(min-width: 80rem) 43rem, (min-width: 54rem) 54vw, calc(100vw - 2rem)",
    "card": "(min-width: 80rem) 24.5rem, (min-width: 62rem) 30vw, (min-width: 36.01rem) 46vw,"
    " 6.5rem",
    "row": "(min-width: 68rem) 15rem, (min-width: 25rem) 22vw, 5.5rem",
    "portrait": "4.5rem",
    "portrait-small": "2.75rem",
    "portrait-large": "10rem",
}


MIDDLE = 50  # percent


@register.simple_tag
def picture(image: Image, place: str) -> SafeString:
    """The attributes of an `img` that stands at a place of SIZES.

    `data-x` and `data-y` say by tens of a percent where css/base.css shall keep it when it is cut.
    """
    copies = srcset(str(image.file.name), image.width)
    source = format_html('src="{}"', shown_media(image.file.url))
    if copies:
        source += format_html(' srcset="{}" sizes="{}"', copies, SIZES[place])
    for name, percent in (("x", image.focus_x), ("y", image.focus_y)):
        if (tens := round(percent, -1)) != MIDDLE:
            source += format_html(' data-{}="{}"', name, tens)
    return format_html('{} width="{}" height="{}"', source, image.width, image.height)


@register.simple_tag
def smaller_picture(image: Image, place: str) -> SafeString | str:
    """The `source` before an `img`: the same in AVIF, for browsers that take it."""
    copies = avif_srcset(str(image.file.name), image.width)
    if not copies:
        return ""
    offer = '<source type="image/avif" srcset="{}" sizes="{}">'
    return format_html(offer, copies, SIZES[place])


@register.simple_tag
def preload_picture(image: Image | None, place: str) -> SafeString | str:
    """A link for a page's head, so that the browser fetches the first picture early."""
    if not image:
        return ""
    name = str(image.file.name)
    # One link: a browser without AVIF leaves it, and fetches its picture a little later.
    smaller = avif_srcset(name, image.width)
    copies = smaller or srcset(name, image.width)
    kind = format_html(' type="image/{}"', "avif") if smaller else ""
    source = (
        format_html('imagesrcset="{}" imagesizes="{}"', copies, SIZES[place])
        if copies
        else format_html('href="{}"', shown_media(image.file.url))
    )
    link = '<link rel="preload" as="image"{} {} fetchpriority="high">'
    return format_html(link, kind, source)
