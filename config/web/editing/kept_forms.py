"""Forms of the admin keep themselves on the server, and tell who else has them open.

A script (static/admin_colophon/kept_form.js) sends the form after a rest in typing, and a sign of
life every few seconds. What was kept is offered when the form is opened again: after a crash, a
closed tab or an expired session.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.web.models import KeptForm

WISH = "_kept"  # the name of the buttons that bring the kept text back or discard it


class KeptForms(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_keep"
        view = self.admin_site.admin_view(self.keep_view)
        return [
            path("add/keep/", view, name=f"{name}_new"),
            path("<path:object_id>/change/keep/", view, name=name),
            *super().get_urls(),
        ]

    def keep_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Keep what the script sends: POST with `form`, or without it for a sign of life.

        `closed` says that the page was left. Every answer brings a token for the next POST, as a
        log-in in another tab makes the old one invalid; GET brings nothing else. Answers 403 to
        those who may not save the form, 404 when the row is gone.
        """
        row = self.get_object(request, unquote(object_id)) if object_id is not None else None
        if object_id is not None and row is None:
            return JsonResponse({}, status=404)
        may_save = (
            self.has_add_permission(request)
            if object_id is None
            else self.has_change_permission(request, row)
        )
        if not may_save:
            return JsonResponse({}, status=403)
        answer: dict[str, Any] = {"token": get_token(request)}
        if "closed" in request.POST:
            self._kept_forms(request, object_id).update(seen_at=None)
        elif request.method == "POST":
            sent = request.POST.get("form")
            others = KeptForm.note(*self._key(request, object_id), _worth_keeping(sent))
            kept_at = _clock(timezone.now())
            answer["kept"] = _("Draft kept at %(time)s.") % {"time": kept_at} if sent else ""
            answer["others"] = [
                _("%(name)s has had this open since %(time)s.")
                % {"name": other.name, "time": _clock(other.opened_at)}
                for other in others
            ]
        return JsonResponse(answer)

    def bring_back(self, request: HttpRequest, object_id: str | None) -> str:
        """Put what was kept into the request, as if it were typed now.

        Returns a message for the person, which is empty if nothing is kept.
        """
        form = self._kept_forms(request, object_id).exclude(data="").first()
        if form is None:
            return ""
        request.POST = QueryDict(form.data, mutable=True)  # type: ignore[assignment]
        when = date_format(localtime(form.kept_at), "DATETIME_FORMAT")
        return _("This is what you typed on %(time)s. It is not saved yet.") % {"time": when}

    def discard_kept(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        self.forget_kept(request, object_id)
        messages.success(request, _("The unsaved text is discarded."))
        return HttpResponseRedirect(request.path)

    def forget_kept(self, request: HttpRequest, object_id: str | None) -> None:
        self._kept_forms(request, object_id).delete()

    def kept_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """For the template of the form: where it is kept, and what is kept of it."""
        kept = self._kept_forms(request, object_id).exclude(data="")
        return {
            "keep_url": f"{request.path}keep/",
            "kept_form": kept.first() if request.method == "GET" else None,
        }

    def _key(self, request: HttpRequest, object_id: str | None) -> tuple[Any, str, str]:
        row = unquote(object_id) if object_id is not None else ""
        return request.user, self.opts.label_lower, row[:40]

    def _kept_forms(self, request: HttpRequest, object_id: str | None) -> Any:
        user, model, row = self._key(request, object_id)
        return KeptForm.objects.filter(user=user, model=model, row=row)


def _worth_keeping(sent: str | None) -> str | None:
    """The form without its token and without a wish about an earlier text. Always ASCII."""
    if sent is None:
        return None
    data = QueryDict(sent, mutable=True)
    for name in ("csrfmiddlewaretoken", WISH):
        data.pop(name, None)
    return data.urlencode()


def _clock(moment: Any) -> str:
    return date_format(localtime(moment), "TIME_FORMAT")
