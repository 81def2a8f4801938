"""Writers and networks that moderators hold or ban, and writers who are new."""

from typing import Any

from django.db.models import QuerySet, Value

from comments.models import Comment, DiscussionSettings, Restriction, Writer
from comments.querysets import address_hash
from comments.spam.findings import NEW_WRITER, Finding, found
from config.web.database.at_once import Question, Statement
from config.web.database.compiled import Given
from config.web.text.addresses import known_as


def _in_force_or_known() -> QuerySet[Any, tuple[str, str]]:
    # Knows an address again that was erased.
    writer = Restriction.objects.of_writer_known_as(Given("email"), Given("hash"))
    network = Restriction.objects.filter(kind="network", value=Given("network"))
    restrictions = (writer | network).in_force().values_list("kind", "effect")
    known = Writer.objects.filter(email=Given("email"), approved__gt=0).order_by()
    union = restrictions.union(known.values_list(Value("writer"), Value("known")), all=True)
    return union.order_by("kind")


_IN_FORCE_OR_KNOWN = Question(_in_force_or_known)


def restricted(comment: Comment, rules: DiscussionSettings) -> Statement:
    """A finding for each restriction in force, and NEW_WRITER if no comment was approved yet.

    One query for both, and the same whatever it finds, so that its time does not tell.
    """
    return _IN_FORCE_OR_KNOWN.asked(
        email=known_as(comment.email),
        hash=address_hash(comment.email),
        network=comment.network or "-",
        read=_judged,
    )


def _judged(rows: list[Any]) -> list[Finding]:
    findings = [
        found("ban", kind) if effect == Restriction.Effect.REJECT else found(kind)
        for kind, effect in rows
        if effect != "known"
    ]
    return findings if ("writer", "known") in rows else [*findings, NEW_WRITER]
