"""What happens to a comment between the form and the queue."""

from comments.models import Comment


def receive(comment: Comment) -> tuple[Comment, bool]:
    """Keep a new comment; the same words of the same writer sent again give the one that is there (and False)."""
    return Comment.objects.keep_once(comment)


def reasons_to_hold(comment: Comment) -> list[dict[str, str]]:
    """What is suspicious about a comment as it stands, for an edit; as Comment.held_for."""
    return []
