"""Who may see and decide comments."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpRequest

VIEW = "comments.view_comment"
MODERATE = "comments.moderate_comment"


def moderators() -> "QuerySet[User]":
    """All active users who may decide comments, superusers included."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return get_user_model().objects.with_perm(MODERATE, backend=backend)


def require(request: "HttpRequest", *permissions: str) -> "User":
    """The user of a request. Raises PermissionDenied for a user without all `permissions`."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied
    return cast("User", request.user)
