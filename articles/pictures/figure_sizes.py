"""The pictures in a text: their sizes, so that a page does not jump, and their smaller copies."""

import re
from collections.abc import Callable, Collection, Mapping

from django.conf import settings

from articles.pictures.renditions import avif_srcset, srcset
from config.web.site import shown_media

# rich_text.clean_html writes a picture with these attributes in this order.
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: width="\d+")?(?: height="\d+")?')
_SIZED_PICTURE = re.compile(r'(<img src="([^"]*)" alt="[^"]*" width="(\d+)")([^<>]*>)')
# The measure of the text (static/css/article.css), or the whole of a narrow screen.
SIZES_IN_TEXT = "(min-width: 44rem) 42rem, 100vw"


def with_figure_sizes(
    html: str, sizes_of: Callable[[Collection[str]], Mapping[str, tuple[int, int]]]
) -> str:
    """Clean HTML with the sizes of the library's pictures. Other pictures stay as they are.

    `sizes_of` is ImageQuerySet.sizes. It is asked at most once, for all pictures of the text.
    """
    names = {source.removeprefix(settings.MEDIA_URL) for source, _alt in _PICTURE.findall(html)}
    if not names:
        return html
    sizes = sizes_of(names)

    def sized(match: re.Match[str]) -> str:
        source, alt = match.groups()
        name = source.removeprefix(settings.MEDIA_URL)
        if name == source or name not in sizes:
            return match[0]
        width, height = sizes[name]
        return f'<img src="{source}" alt="{alt}" width="{width}" height="{height}"'

    return _PICTURE.sub(sized, html)


def with_renditions(html: str) -> str:
    """HTML for readers, with the smaller copies of the library's pictures in `srcset`."""

    def offering(match: re.Match[str]) -> str:
        start, source, width, end = match.groups()
        name = source.removeprefix(settings.MEDIA_URL)
        start = start.replace(source, shown_media(source), 1)
        copies = srcset(name, int(width))
        if not copies:
            return f"{start}{end}"
        picture = f'{start} srcset="{copies}" sizes="{SIZES_IN_TEXT}"{end}'
        smaller = avif_srcset(name, int(width))
        if not smaller:
            return picture
        offer = f'<source type="image/avif" srcset="{smaller}" sizes="{SIZES_IN_TEXT}">'
        return f"<picture>{offer}{picture}</picture>"

    return _SIZED_PICTURE.sub(offering, html)
