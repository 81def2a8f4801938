"""What follows when an account's password, address or second factors change.

The owner gets a mail that cannot be switched off. A new password and a new factor end the other
sessions: whoever had the old password may sit in one of them.
"""

from typing import TYPE_CHECKING

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from config.people.models import SecurityMail
from config.web import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Action = audit.AuditEntry.Action
Change = SecurityMail.Change


def password_changed(user: "User", *, by: "User", request: HttpRequest) -> None:
    """Note that a password was set at the desk. Django ends the sessions of the old one."""
    detail = "" if user == by else user.get_username()
    audit.record(Action.PASSWORD_CHANGED, by=by, request=request, detail=detail)
    SecurityMail.objects.tell(user, Change.PASSWORD)


def factor_added(user: "User", *, request: HttpRequest, kind: str) -> None:
    """Note the new factor of the person who is logged in, and end the other sessions."""
    audit.record(Action.TWO_FACTOR_ADDED, by=user, request=request, detail=kind)
    SecurityMail.objects.tell(user, Change.FACTOR_ADDED)
    end_other_sessions(user, request)


def factor_removed(user: "User", *, request: HttpRequest, kind: str) -> None:
    audit.record(Action.TWO_FACTOR_REMOVED, by=user, request=request, detail=kind)
    SecurityMail.objects.tell(user, Change.FACTOR_REMOVED)


def end_other_sessions(user: "User", request: HttpRequest) -> None:
    """Log the person out everywhere but here.

    All sessions are looked through: only people at the desk have one, and readers none.
    """
    others = Session.objects.filter(expire_date__gt=timezone.now())
    others = others.exclude(session_key=request.session.session_key)
    mine = [
        row.pk for row in others.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=mine).delete()
