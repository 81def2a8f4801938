"""What was said before, in the same words or almost."""

from typing import Any

from django.db.models import QuerySet

from comments.models import Comment, DiscussionSettings
from comments.spam.comparing import likeness, sketch
from comments.spam.findings import Finding, found

# All that the whole site takes in ten minutes (comments.writing.forms.PER_SITE), so that a flood is seen from its second comment
# on. The same words are found however long ago they were said.
RECENT = 300
ALIKE = 0.75


def said_before(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """The likest of the comments with the same sketch and of the newest ones, by whoever."""
    drawn = sketch(comment.body)
    if drawn is None:
        return []
    rows = rows_to_compare(comment, drawn)
    shares = ((likeness(drawn, bytes(other)), pk) for pk, other in rows if other)
    share, pk = max(shares, default=(0.0, 0))
    return _told(share, pk) if share >= ALIKE else []


def rows_to_compare(comment: Comment, drawn: bytes) -> QuerySet[Comment, tuple[int, Any]]:
    others = Comment.objects.exclude(pk=comment.pk).values_list("pk", "likeness")
    same = others.filter(likeness=drawn).order_by()[:1]
    newest = others.order_by("-created_at", "-pk")[:RECENT]
    return same.union(
        newest, all=True
    ).order_by()  # columns of the default order are not among these


def _told(share: float, pk: int) -> list[Finding]:
    if share == 1:
        return [found("same", pk)]
    return [found("similar", f"{pk} {share * 100:.0f}")]
