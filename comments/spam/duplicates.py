"""Comments that were sent before, in the same words or almost."""

from typing import Any

from django.db.models import QuerySet

from comments.models import Comment, DiscussionSettings
from comments.spam.comparing import alike, sketch
from comments.spam.findings import Finding, found
from config.web.database.compiled import Compiled, Given

# All that the site takes in ten minutes (comments.writing.receiving.PER_SITE), so that a flood is
# seen from its second comment on. The same words are found however old they are.
RECENT = 300
ALIKE = 0.75


def said_before(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    """A finding if the comment is like an earlier one: one of the same sketch, or a new one."""
    drawn = sketch(comment.body)
    if drawn is None:
        return []
    rows = _TO_COMPARE.rows(pk=comment.pk or 0, drawn=drawn)
    sketches = [(pk, bytes(other)) for pk, other in rows if other]
    found_alike = alike(drawn, [other for _pk, other in sketches], ALIKE)
    share, pk = max(((share, sketches[place][0]) for share, place in found_alike), default=(0, 0))
    if not pk:
        return []
    return [found("same", pk) if share == 1 else found("similar", f"{pk} {share * 100:.0f}")]


def rows_to_compare(pk: int | Given, drawn: bytes | Given) -> QuerySet[Comment, tuple[int, Any]]:
    """Comments but that of this number: one of the same sketch, and the newest ones."""
    others = Comment.objects.exclude(pk=pk).values_list("pk", "likeness")
    same = others.filter(likeness=drawn).order_by()[:1]
    newest = others.order_by("-created_at", "-pk")[:RECENT]
    # Not in the default order, whose columns are not among these.
    return same.union(newest, all=True).order_by()


_TO_COMPARE = Compiled(lambda: rows_to_compare(Given("pk"), Given("drawn")))
