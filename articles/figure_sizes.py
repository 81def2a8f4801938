"""Width and height of the pictures in a text, so that a page does not jump while they load."""

import re

from django.conf import settings

from articles.models.image import Image

# As rich_text.clean_html writes a picture: these attributes, in this order.
_PICTURE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: width="\d+")?(?: height="\d+")?')


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
