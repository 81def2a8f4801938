"""The links of the mails to people who work here."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator

from config.people.models import Invitation
from config.web.requests.signed_links import ExpiredLink, make_token, read_token
from config.web.site import public_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_INVITATION, _PASSWORD = "invitation", "new password"


def invitation_url(invitation: Invitation) -> str:
    token = make_token(_INVITATION, [invitation.pk, invitation.nonce])
    return public_url("admin:invitation", token)


def invitation_behind(token: str) -> Invitation:
    """The invitation that can be accepted by this link.

    Raises BadLink, ExpiredLink when it is too old, used, revoked or was sent anew.
    """
    pk, nonce = read_token(_INVITATION, token)
    invitation = Invitation.objects.good().filter(pk=pk, nonce=nonce).first()
    if invitation is None:
        raise ExpiredLink
    return invitation


def password_url(user: "User") -> str:
    """A link that is good until the password changes or somebody logs in, and not for long."""
    token = make_token(_PASSWORD, [user.pk, default_token_generator.make_token(user)])
    return public_url("admin:new_password", token)


def user_behind(token: str) -> "User":
    """Whose password may be set by this link. Raises BadLink, ExpiredLink."""
    pk, proof = read_token(
        _PASSWORD, token, max_age=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    )
    user = get_user_model().objects.filter(pk=pk, is_active=True, is_staff=True).first()
    if user is None or not default_token_generator.check_token(user, proof):
        raise ExpiredLink
    return user
