"""How many web addresses a comment holds."""

import re

from comments.models import Comment, DiscussionSettings
from comments.spam.findings import Finding, found

# Endings that name a site in a text without "https://". The endings that are left out follow a full
# stop without a space more often as words ("fine.So", "p.m").
_ENDINGS = "app|asia|biz|blog|buzz|cc|ch|click|club|cn|co|com|de|dev|eu|fr|fun|gd|gg|icu|info|io|it"
_ENDINGS += "|link|live|lol|ly|me|mobi|net|nl|online|org|page|pl|pro|pw|ru|shop|site|space|store"
_ENDINGS += "|stream|su|tech|tk|tokyo|top"
_ENDINGS += "|tv|uk|us|vip|website|wiki|win|work|world|ws|xyz"
_ADDRESS = re.compile(
    r"https?://[^\s<>\"]+"
    r"|\bwww\.[^\s<>\",;]+"
    rf"|(?<=[^\W_])\.(?:{_ENDINGS})\b(?!\.\w)[^\s<>\",;]*",
    re.IGNORECASE,
)


def too_many_links(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    number = count_links(comment.body)
    return [found("links", number)] if number >= rules.hold_links else []


def count_links(text: str) -> int:
    """How many addresses: links, and texts such as www.example.org, example.com, me@example.com."""
    return sum(1 for _address in _ADDRESS.finditer(text))
