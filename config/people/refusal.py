"""The page for people at the desk who may not do something."""

from typing import cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override

from config.admin_site import ADMIN_CSP
from config.people.roles import names_of, roles_of


@csp_override(ADMIN_CSP)
@never_cache
def refuse_at_the_desk(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Says who one is and leads back: 403. The exception may bring a sentence of its own."""
    context = {
        **admin.site.each_context(request),
        "title": _("This is not allowed"),
        "message": str(exception),
        "roles": names_of(roles_of(cast("User", request.user))),
    }
    return render(request, "admin/403.html", context, status=403)
