"""What the article page shows of comments."""

from typing import Any

from django import template

from articles.models import Article
from comments.forms import CommentForm
from comments.models import Comment

register = template.Library()


@register.inclusion_tag("comments/_section.html")
def comments_section(article: Article) -> dict[str, Any]:
    """The thread and the form, in one query however long the thread is."""
    thread = _thread_of(article)
    form = CommentForm(article=article) if article.is_open_for_comments else None
    return {"article": article, "comments": thread, "count": len(thread), "form": form}


@register.simple_tag
def comment_count(article: Article) -> int:
    """How many comments readers see. In a list, annotate `comment_count`: else the thread is read, for comments_section too."""
    if "comment_count" in vars(article):
        return vars(article)["comment_count"]
    return len(_thread_of(article))


@register.simple_tag
def pending_comments_count() -> int:
    """How many comments wait for a moderator."""
    return Comment.objects.awaiting_moderation().count()


def _thread_of(article: Article) -> list[Comment]:
    """Kept on the row, so that a count elsewhere on the page costs nothing more."""
    if "approved_comments" not in vars(article):
        thread = Comment.objects.approved().filter(article=article).oldest_first()
        vars(article)["approved_comments"] = list(
            thread.only("name", "body_html", "created_at", "article_id", "status")
        )
    return vars(article)["approved_comments"]
