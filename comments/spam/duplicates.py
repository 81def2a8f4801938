"""What was said before, in the same words or almost."""

from comments.models import Comment, DiscussionSettings
from comments.spam.findings import Finding, found
from comments.spam.likeness import likeness, sketch

# All that the whole site takes in ten minutes (comments.forms.PER_SITE), so that a flood is seen from its second comment
# on. The same words are found however long ago they were said.
RECENT = 300
ALIKE = 0.75


def said_before(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """The likest of the comments with the same sketch and of the newest ones, by whoever."""
    drawn = sketch(comment.body)
    if drawn is None:
        return []
    nearest = max(_candidates(comment, drawn), default=(0.0, 0))
    return _told(*nearest) if nearest[0] >= ALIKE else []


def _candidates(comment: Comment, drawn: bytes) -> list[tuple[float, int]]:
    others = Comment.objects.exclude(pk=comment.pk).values_list("pk", "likeness")
    same = others.filter(likeness=drawn).order_by()[:1]
    newest = others.order_by("-created_at", "-pk")[:RECENT]
    rows = same.union(
        newest, all=True
    ).order_by()  # the default order's columns are not among these
    return [(likeness(drawn, bytes(other)), pk) for pk, other in rows if other]


def _told(share: float, pk: int) -> list[Finding]:
    if share == 1:
        return [found("same", pk)]
    return [found("similar", f"{pk} {share * 100:.0f}")]
