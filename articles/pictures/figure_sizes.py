"""What a browser must know of the pictures in a text: their size, so that a page does not jump, and smaller copies."""

import re

from django.conf import settings

from articles.models.image import Image
from articles.pictures.renditions import srcset

# As rich_text.clean_html writes a picture: these attributes, in this order.
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: width="\d+")?(?: height="\d+")?')
_SIZED_PICTURE = re.compile(r'<img src="([^"]*)" alt="[^"]*" width="(\d+)"')
# The measure of the text (static/css/article.css), or the whole of a narrow screen.
SIZES_IN_TEXT = "(min-width: 44rem) 42rem, 100vw"


def with_figure_sizes(html: str) -> str:
    """Clean HTML with the sizes of the library's pictures; others stay as they are. At most one query."""
    names = {source.removeprefix(settings.MEDIA_URL) for source, _alt in _PICTURE.findall(html)}
    if not names:
        return html
    found = Image.objects.filter(file__in=names).values_list("file", "width", "height")
    sizes = {f"{settings.MEDIA_URL}{name}": (width, height) for name, width, height in found}

    def sized(match: re.Match[str]) -> str:
        source, alt = match.groups()
        if source not in sizes:
            return match[0]
        width, height = sizes[source]
        return f'<img src="{source}" alt="{alt}" width="{width}" height="{height}"'

    return _PICTURE.sub(sized, html)


def with_renditions(html: str) -> str:
    """HTML for readers in which the library's pictures offer their smaller copies."""

    def offering(match: re.Match[str]) -> str:
        name = match[1].removeprefix(settings.MEDIA_URL)
        copies = srcset(name, int(match[2]))
        return f'{match[0]} srcset="{copies}" sizes="{SIZES_IN_TEXT}"' if copies else match[0]

    return _SIZED_PICTURE.sub(offering, html)
