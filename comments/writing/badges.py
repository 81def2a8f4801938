"""Who speaks for the site: authors of the article, editors, moderators. Only an account can tell."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from articles.models import Article, Author
from comments.models import NAME_LENGTH, Comment
from comments.plain_text import clean_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def logged_in(request: HttpRequest) -> "User | None":
    """Asks the database only for a browser with a session: readers have none."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def signature(user: "User | None", article: Article) -> dict[str, Any]:
    """The fields of a comment that its writer's account decides, whatever the form says."""
    if user is None:
        return {}
    author = Author.objects.filter(user=user, contributions__article=article,
                                   contributions__part="author").first()  # fmt: skip
    if author is not None:
        name = clean_name(author.name, limit=NAME_LENGTH)
        return {"account": user, "badge": Comment.Badge.AUTHOR, "name": name}
    return {"account": user, "badge": _badge_of(user)}


def _badge_of(user: "User") -> str:
    groups = set(user.groups.values_list("name", flat=True))
    if user.is_superuser or "Editor" in groups:
        return Comment.Badge.EDITOR
    return Comment.Badge.MODERATOR if "Moderator" in groups else Comment.Badge.NONE
