"""Pages without the line breaks of their templates."""

import re

TAG = re.compile(r"<[a-z/!][^>]*>", re.I)


def one_line(html: str) -> str:
    """White space as browsers read it: one space for many, and none before the end of a tag."""
    return TAG.sub(lambda tag: tag[0].replace(" >", ">"), " ".join(html.split()))
