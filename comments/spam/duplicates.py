"""Comments that were sent before, in the same words or almost."""

from typing import Any

from django.db.models import QuerySet

from comments.models import Comment, DiscussionSettings
from comments.spam.comparing import alike
from comments.spam.findings import Finding, found
from config.web.database.at_once import Question, Statement
from config.web.database.compiled import Given

# All that the site takes in ten minutes (comments.writing.receiving.PER_SITE), so that a flood is
# seen from its second comment on. The same words are found however old they are.
RECENT = 300
ALIKE = 0.75
# One row of all, because to read hundreds of rows takes longer than to compare them.
_IN_ONE_ROW = """
SELECT array_agg(pk ORDER BY pk), string_agg(likeness, ''::bytea ORDER BY pk)
FROM ({asked}) AS others WHERE likeness IS NOT NULL
"""


def said_before(comment: Comment, rules: DiscussionSettings) -> list[Finding] | Statement:
    """A finding if the comment is like an earlier one: one of the same sketch, or a new one."""
    drawn = comment.likeness
    if drawn is None:
        return []

    def judge(rows: list[Any]) -> list[Finding]:
        ((numbers, sketches),) = rows
        found_alike = alike(bytes(drawn), sketches or b"", ALIKE)
        share, pk = max(((share, numbers[place]) for share, place in found_alike), default=(0, 0))
        if not pk:
            return []
        return [found("same", pk) if share == 1 else found("similar", f"{pk} {share * 100:.0f}")]

    return _TO_COMPARE.asked(pk=comment.pk or 0, drawn=drawn, read=judge)


def rows_to_compare(pk: int | Given, drawn: bytes | Given) -> QuerySet[Comment, tuple[int, Any]]:
    """Comments but that of this number: one of the same sketch, and the newest ones."""
    others = Comment.objects.exclude(pk=pk).values_list("pk", "likeness")
    same = others.filter(likeness=drawn).order_by()[:1]
    newest = others.order_by("-created_at", "-pk")[:RECENT]
    # Not in the default order, whose columns are not among these.
    return same.union(newest, all=True).order_by()


_TO_COMPARE = Question(lambda: rows_to_compare(Given("pk"), Given("drawn")), _IN_ONE_ROW)
