"""The page behind an invitation: a password makes the login, the role and the author page."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import SetPasswordMixin
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from articles.models import Author
from config.log_in import remember_device
from config.people import links
from config.people.models import Invitation
from config.people.roles import NAMES, Role, give_roles
from config.web import audit
from config.web.requests.signed_links import ExpiredLink, behind_a_link

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_NAME_PART = 150  # of User.first_name and last_name


class JoinForm(SetPasswordMixin, forms.Form):
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, data: Any = None, *, user: "User") -> None:
        super().__init__(data)
        self.user = user

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean() or {}


@sensitive_post_parameters()
@behind_a_link("admin/people")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form, POST makes the account. The link is good for one account."""
    invitation = links.invitation_behind(token)
    user = _new_user(invitation)
    form = JoinForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        context = {
            "title": _("Welcome"),
            "form": form,
            "invitation": invitation,
            "role": NAMES[Role(invitation.role)],
        }
        status = 422 if form.is_bound else 200
        return render(request, "admin/people/join.html", context, status=status)
    user.set_password(form.cleaned_data["password1"])
    try:
        accept(invitation, user, request=request)
    except IntegrityError as error:  # the account was made another way in the same moment
        raise ExpiredLink from error
    # Who has just proved to read the address and chosen the password need not type both again.
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    text = _("Welcome. You can now log in as %(name)s with your password.")
    messages.success(request, text % {"name": user.get_username()})
    response = HttpResponseRedirect(reverse("admin:index"), status=303)
    remember_device(request, response)
    return response


@transaction.atomic
def accept(invitation: Invitation, user: "User", *, request: HttpRequest) -> None:
    """Save the account with its role and, for authors, its page.

    Raises ExpiredLink when the invitation was used or revoked in the same moment.
    """
    if not invitation.take():
        raise ExpiredLink
    user.save()
    joined = audit.AuditEntry.Action.JOINED
    audit.record(joined, by=user, request=request, detail=f"{invitation.role}")
    give_roles(user, [invitation.role], by=invitation.invited_by, request=request)
    if invitation.role != Role.AUTHOR:
        return
    # Somebody else may have got that page meanwhile.
    there = Author.objects.filter(pk=invitation.author_id or 0, user=None)
    if not there.update(user=user):
        Author.objects.create(name=invitation.name, user=user)


def _new_user(invitation: Invitation) -> "User":
    """The account that the invitation would make; ExpiredLink when the address has one by now."""
    model = get_user_model()
    if model.objects.filter(username__iexact=invitation.email).exists():
        raise ExpiredLink
    first, _space, last = invitation.name.partition(" ")
    names = {"first_name": first[:_NAME_PART], "last_name": last[:_NAME_PART]}
    return model(username=invitation.email, email=invitation.email, **names)
