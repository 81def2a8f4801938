"""The admin: Django's own with our name, our stylesheet and a strict policy for scripts."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import URLPattern, URLResolver, path
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.i18n import JavaScriptCatalog

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The admin's own inline scripts (import map, popup answers) carry Django's nonce; nothing else
# runs.
ADMIN_CSP: dict[str, list[str]] = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
}


class ColophonAdminSite(admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = _("Editorial desk")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Add SafeSaving to each class of the admin, ours or a library's."""
        from config.web.editing.safe_saving import SafeSaving  # once apps are loaded

        if admin_class is not None and admin_class.__module__.startswith("django_otp"):
            return  # keys of second factors are nobody's reading
        chosen = SafeSaving if admin_class in (None, admin.ModelAdmin) else admin_class
        if not issubclass(chosen, SafeSaving):
            parts = {"__module__": chosen.__module__}
            chosen = type(chosen.__name__, (chosen, SafeSaving), parts)
        super().register(model_or_iterable, chosen, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return csp_override(ADMIN_CSP)(super().admin_view(view, cacheable))

    def outside_view(self, view: Any) -> Any:
        """A page of the admin for people who are not logged in."""
        return csp_override(ADMIN_CSP)(never_cache(view))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from comments.admin.urls import comments_urls  # once apps are loaded
        from config.desk.urls import desk_urls
        from config.mail_hold.page import mail_hold
        from config.moving.pages import move_urls
        from config.people.urls import people_urls
        from config.watching.health import health

        shortcut = path(
            "r/<int:content_type_id>/<path:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        own = [*comments_urls(self), *people_urls(self), *desk_urls(self), *move_urls(self)]
        own.append(path("mail-hold/", self.admin_view(mail_hold), name="mail_hold"))
        own.append(path("health/", self.admin_view(health), name="health"))
        return [shortcut, *own, *super().get_urls()]

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The translations for the admin's scripts and for the buttons of the prose editor."""
        catalog = JavaScriptCatalog.as_view(
            packages=["django.contrib.admin", "django_prose_editor"]
        )
        return catalog(request)

    def view_on_site(
        self, request: HttpRequest, content_type_id: int, object_id: str
    ) -> HttpResponse:
        """Redirect to a row's public page, for people who may see the row.

        Django's own view tells every colleague the address, and so the title, of any draft.
        """
        from django.contrib.contenttypes.models import ContentType  # once apps are loaded

        content_type = ContentType.objects.filter(pk=content_type_id).first()
        model: Any = content_type.model_class() if content_type else None
        model_admin = self._registry.get(model)
        if model_admin is None or not hasattr(model, "get_absolute_url"):
            raise Http404
        row: Any = model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_or_change_permission(request, row):
            raise Http404
        return HttpResponseRedirect(row.get_absolute_url())

    @method_decorator(csp_override(ADMIN_CSP))
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        from config import log_in  # once apps are loaded
        from config.people.two_factor import second_step

        self.login_form = log_in.LogInForm
        try:
            response = super().login(request, extra_context)
        except log_in.TooManyTries as problem:
            return log_in.refuse(request, problem)
        except log_in.SecondStepNeeded as half_way:
            return second_step.begin(request, half_way.user)
        if request.method == "POST" and request.user.is_authenticated:
            log_in.remember_device(request, response)
        return response

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from config.people import security  # once apps are loaded

        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            user = cast("User", request.user)
            security.password_changed(user, by=user, request=request)
        return response


class ColophonAdminConfig(AdminConfig):
    default_site = "config.admin_site.ColophonAdminSite"
