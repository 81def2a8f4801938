"""Throw-away addresses, whose mailboxes live for minutes."""

from functools import cache
from pathlib import Path

from django.conf import settings

from comments.models import Comment, DiscussionSettings
from comments.spam.findings import Finding, found
from config.web.text.addresses import known_as

_LIST = Path(__file__).with_name("disposable.txt")


def throwaway_address(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """A finding if the address is at a domain of throw-away mailboxes, or under one."""
    domain = known_as(comment.email).rpartition("@")[2].rstrip(".")
    known = _built_in() | settings.COMMENTS_DISPOSABLE_DOMAINS
    labels = domain.split(".")
    # a.b.example, b.example, example
    with_parents = {".".join(labels[start:]) for start in range(len(labels))}
    return [found("throwaway", domain)] if known & with_parents else []


@cache
def _built_in() -> frozenset[str]:
    lines = _LIST.read_text(encoding="ascii").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))
