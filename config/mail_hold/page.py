"""The page of the admin with the button that lets mail go out."""

from typing import TYPE_CHECKING, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.mail_hold.releasing import count_owed, release_mail
from config.web.mail.hold import mail_may_leave

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def mail_hold(request: HttpRequest) -> HttpResponse:
    """Say why mail is on hold, and release it. For administrators."""
    user = cast("User", request.user)
    if not user.is_superuser:
        raise PermissionDenied
    if request.method == "POST":
        if release_mail(by=user, request=request):
            messages.success(request, _("Mail goes out again. What was due is sent now."))
        else:
            messages.info(request, _("Mail was not on hold."))
        return redirect("admin:index")
    context = {
        **admin.site.each_context(request),
        "title": _("Mail on hold"),
        "is_held": not mail_may_leave(),
        "owed": count_owed(),
    }
    return TemplateResponse(request, "admin/mail_hold.html", context)
