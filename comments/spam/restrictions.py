"""Writers and networks that moderators hold or ban."""

from django.db.models import Q

from comments.models import Comment, DiscussionSettings, Restriction
from comments.spam.findings import Finding, found


def restricted(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    return [
        found("ban", row.kind) if row.effect == Restriction.Effect.REJECT else found(row.kind)
        for row in _about(comment)
    ]


def _about(comment: Comment) -> list[Restriction]:
    writer = Q(kind=Restriction.Kind.WRITER, value=comment.email.lower())
    network = Q(kind=Restriction.Kind.NETWORK, value=comment.network or "-")
    return list(Restriction.objects.in_force().filter(writer | network).order_by("kind"))
