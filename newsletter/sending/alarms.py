"""Mails to editors about an issue that needs them."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from config.web.mail import messages as mail
from config.web.site import public_url
from newsletter.models import Issue

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

SEND = "newsletter.send_issue"


def senders() -> "QuerySet[User]":
    """All active users who may send issues, superusers included."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return get_user_model().objects.with_perm(SEND, backend=backend)


def send_note(issue: Issue) -> None:
    """Send the note of a claimed issue to all who may send it."""
    context = {"issue": issue, "url": public_url("admin:newsletter_issue_change", issue.pk)}
    for address in senders().exclude(email="").values_list("email", flat=True):
        mail.send(
            "newsletter_note",
            to=address,
            context=context,
            occasion=[issue.key, issue.note, issue.modified_at],
        )
