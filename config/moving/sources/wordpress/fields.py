"""The custom fields of an item of an export."""

import re

from config.moving.sources.reading import Element

# What PHP wrote of a list, an object or a value that is no text. Nobody typed it.
_SERIALISED = re.compile(r'[aCO]:\d+:[{"]|s:\d+:"|(?:[bdi]:[\d.-]+|N);\Z')


def fields_of(item: Element) -> list[tuple[str, str]]:
    """Names and values. A serialised value is "": it is never read, and nobody is to see it."""
    rows = [(row.get("meta_key"), row.get("meta_value")) for row in item.all("postmeta")]
    return [(name, "" if _SERIALISED.match(value) else value) for name, value in rows]
