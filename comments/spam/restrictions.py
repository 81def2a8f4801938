"""Writers and networks that moderators hold or ban."""

from comments.models import Comment, DiscussionSettings, Restriction
from comments.spam.findings import Finding, found


def restricted(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    # Knows an address again that was erased.
    writer = Restriction.objects.of_writer(comment.email)
    network = Restriction.objects.filter(kind="network", value=comment.network or "-")
    rows = (writer | network).in_force().order_by("kind")
    return [
        found("ban", kind) if effect == Restriction.Effect.REJECT else found(kind)
        for kind, effect in rows.values_list("kind", "effect")
    ]
