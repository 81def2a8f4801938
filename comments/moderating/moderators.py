"""Who may decide on comments."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

MODERATE = "comments.moderate_comment"


def moderators() -> "QuerySet[User]":
    """Everybody active who may; superusers, too."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return get_user_model().objects.with_perm(MODERATE, backend=backend)


def moderator(pk: int) -> "User | None":
    """None for whoever is gone, was switched off or may no longer."""
    return moderators().filter(pk=pk).first()
