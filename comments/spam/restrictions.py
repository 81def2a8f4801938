"""Writers and networks that moderators hold or ban, and writers who are new."""

from django.db.models import Value

from comments.models import Comment, DiscussionSettings, Restriction, Writer
from comments.spam.findings import NEW_WRITER, Finding, found


def restricted(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """A finding for each restriction in force, and NEW_WRITER if no comment was approved yet.

    One query for both, and the same whatever it finds, so that its time does not tell.
    """
    # Knows an address again that was erased.
    writer = Restriction.objects.of_writer(comment.email)
    network = Restriction.objects.filter(kind="network", value=comment.network or "-")
    restrictions = (writer | network).in_force().values_list("kind", "effect")
    known = Writer.objects.of(comment.email).filter(approved__gt=0).order_by()
    union = restrictions.union(known.values_list(Value("writer"), Value("known")), all=True)
    rows = list(union.order_by("kind"))
    findings = [
        found("ban", kind) if effect == Restriction.Effect.REJECT else found(kind)
        for kind, effect in rows
        if effect != "known"
    ]
    return findings if ("writer", "known") in rows else [*findings, NEW_WRITER]
