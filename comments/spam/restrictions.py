"""Writers and networks that moderators hold or ban."""

from comments.models import Comment, DiscussionSettings, Restriction
from comments.spam.findings import Finding, found


def restricted(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    return [
        found("ban", row.kind) if row.effect == Restriction.Effect.REJECT else found(row.kind)
        for row in _about(comment)
    ]


def _about(comment: Comment) -> list[Restriction]:
    writer = Restriction.objects.of_writer(comment.email)
    network = Restriction.objects.filter(kind="network", value=comment.network or "-")
    return list((writer | network).in_force().order_by("kind"))
