"""All layers together. A layer that breaks costs no comment: it is held, and says so."""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

from comments.models import Comment, DiscussionSettings, Writer
from comments.spam.addresses import throwaway_address
from comments.spam.duplicates import said_before
from comments.spam.findings import Finding, found
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
    """What speaks against a comment, new or edited, as it stands. Never raises because of a layer."""
    try:
        findings = _ask(LAYERS, comment, rules)
    except Exception:  # whichever it was, the others still count
        findings = [finding for layer in LAYERS for finding in _ask_alone(layer, comment, rules)]
    return _with_new_writer(comment, findings)


def _ask(layers: Iterable[Layer], comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    # One savepoint for all of them: it saves the transaction from a failing query.
    with transaction.atomic():
        return [finding for layer in layers for finding in layer(comment, rules)]


def _ask_alone(layer: Layer, comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    try:
        return _ask([layer], comment, rules)
    except Exception:
        logger.exception("%s failed; the comment is held", layer.__name__)
        return [found("fault", layer.__name__)]


def _with_new_writer(comment: Comment, findings: list[Finding]) -> list[Finding]:
    """Everybody is new once: that counts only beside something else."""
    # Asked in any case, so that time does not tell of whom something was found.
    is_known = Writer.objects.of(comment.email).filter(approved__gt=0).exists()
    return [*findings, found("new")] if findings and not is_known else findings
