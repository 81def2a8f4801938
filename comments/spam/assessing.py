"""All layers together. If a layer fails, the comment is held for that."""

import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext

from django.db import connection, transaction

from comments.models import Comment, DiscussionSettings
from comments.spam.addresses import throwaway_address
from comments.spam.duplicates import said_before
from comments.spam.findings import NEW_WRITER, Finding, found
from comments.spam.learned import looks_like_spam
from comments.spam.links import too_many_links
from comments.spam.restrictions import restricted
from comments.spam.word_lists import listed_words

logger = logging.getLogger("colophon.comments")

Layer = Callable[[Comment, DiscussionSettings], list[Finding]]
LAYERS: tuple[Layer, ...] = (
    restricted,
    listed_words,
    too_many_links,
    said_before,
    throwaway_address,
    looks_like_spam,
)


def assess(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """What speaks against a comment, new or edited, as it stands. No failing layer raises here."""
    try:
        findings = _ask(LAYERS, comment, rules)
    except Exception:  # the other layers still count
        findings = [finding for layer in LAYERS for finding in _ask_alone(layer, comment, rules)]
    # Everybody is new once: that counts only beside something else.
    others = [finding for finding in findings if finding != NEW_WRITER]
    return [*others, NEW_WRITER] if others and NEW_WRITER in findings else others


def _ask(layers: Iterable[Layer], comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    # A failing query ends a transaction that has no savepoint; without one it harms nothing.
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        return [finding for layer in layers for finding in layer(comment, rules)]


def _ask_alone(layer: Layer, comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    try:
        return _ask([layer], comment, rules)
    except Exception:
        logger.exception("%s failed; the comment is held", layer.__name__)
        return [found("fault", layer.__name__)]
