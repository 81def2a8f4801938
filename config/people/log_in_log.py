"""What a log-in brings with it: a line of the audit log, and the desk as the person has it."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from config.people import desk
from config.web import audit


@receiver(user_logged_in)
def begin_work(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    audit.record(audit.AuditEntry.Action.LOGGED_IN, by=user, request=request)
    desk.prepare(request, user)


@receiver(user_login_failed)
def log_failure(
    sender: Any,
    credentials: dict[str, Any],
    request: HttpRequest | None = None,
    wrong: str = "password",
    **kwargs: Any,
) -> None:
    """Only the name of an account is kept: people type their password into the wrong field, too."""
    name = str(credentials.get("username") or "")
    user = get_user_model().objects.filter(username=name).first() if "\0" not in name else None
    audit.record(audit.AuditEntry.Action.LOG_IN_FAILED, by=user, request=request, detail=wrong)
