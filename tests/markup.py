"""Pages as browsers and machines read them."""

import json
import re
from typing import Any

TAG = re.compile(r"<[a-z/!][^>]*>", re.I)
LINKED_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def one_line(html: str) -> str:
    """White space as browsers read it: one space for many, and none before the end of a tag."""
    return TAG.sub(lambda tag: tag[0].replace(" >", ">"), " ".join(html.split()))


def linked_data(html: str) -> dict[str, Any]:
    """The page's one block of JSON-LD."""
    (block,) = LINKED_DATA.findall(html)
    return json.loads(block)
