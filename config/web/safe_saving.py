"""What holds for every form of the admin: nothing that was typed is lost, whatever stands in the way of saving it."""

from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.web.media_storage import no_orphans
from config.web.upload_limit import LostUpload
from config.web.whole_files import DISK_ERRORS


class SafeSaving(admin.ModelAdmin):
    """The admin site gives this to each of its classes; none needs to name it."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: Any = None,
    ) -> Any:  # fmt: skip
        arguments = (request, object_id, form_url, extra_context)
        if any(isinstance(upload, LostUpload) for upload in request.FILES.values()):
            _refuse(request, _no_room())
        try:
            return self._save_whole(*arguments)
        except IntegrityError:
            # Two people who save the same name or address in the same moment. The other row was not there when the
            # form looked. Now it is, and the form finds it.
            return self._once_more(*arguments)
        except OSError as error:
            if error.errno not in DISK_ERRORS:
                raise
            _refuse(request, _no_room())
            return self._once_more(*arguments)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form_class = super().get_form(request, obj, change, **kwargs)
        return _refusing(form_class, request)

    @no_orphans()
    def _save_whole(self, *args: Any) -> HttpResponse:
        return super().changeform_view(*args)

    def _once_more(self, request: HttpRequest, *args: Any) -> HttpResponse:
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.seek(0)
        return self._save_whole(request, *args)


def _refuse(request: HttpRequest, reason: str) -> None:
    """Let the form of this request come back with its text and this sentence."""
    request.refusal = reason  # type: ignore[attr-defined]


def _refusing(form_class: Any, request: HttpRequest) -> Any:
    def full_clean(form: Any) -> None:
        form_class.full_clean(form)
        if form.is_bound and (reason := getattr(request, "refusal", "")):
            form.add_error(None, reason)

    return type(form_class)(form_class.__name__, (form_class,), {"full_clean": full_clean})


def _no_room() -> str:
    return _(
        "The file could not be kept: the server's disk is full or cannot be written on. Nothing was saved; what you"
        " typed stands below. Tell whoever runs the server, then choose the file again and save."
    )
