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
from config.web.database.at_once import Statement, run_at_once

logger = logging.getLogger("colophon.comments")

# Gives its findings, or the statement of which they are read.
Layer = Callable[[Comment, DiscussionSettings], list[Finding] | Statement]
LAYERS: tuple[Layer, ...] = (
    restricted,
    listed_words,
    too_many_links,
    said_before,
    throwaway_address,
    looks_like_spam,
)


def assess(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """What speaks against a new or edited comment after derive(). No failing layer raises here."""
    try:
        findings = ask(LAYERS, comment, rules)
    except Exception:  # the other layers still count
        findings = [finding for layer in LAYERS for finding in _ask_alone(layer, comment, rules)]
    # Everybody is new once: that counts only beside something else.
    others = [finding for finding in findings if finding != NEW_WRITER]
    return [*others, NEW_WRITER] if others and NEW_WRITER in findings else others


def ask(layers: Iterable[Layer], comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """The findings in the order of the layers, whose statements are run at once."""
    # A failing query ends a transaction that has no savepoint; without one it harms nothing.
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        results = [layer(comment, rules) for layer in layers]
        judged = iter(run_at_once(*(one for one in results if isinstance(one, Statement))))
        return [
            finding
            for one in results
            for finding in (next(judged) if isinstance(one, Statement) else one)
        ]


def _ask_alone(layer: Layer, comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    try:
        return ask([layer], comment, rules)
    except Exception:
        logger.exception("%s failed; the comment is held", layer.__name__)
        return [found("fault", layer.__name__)]
