from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse


class SavedAtOnce(admin.ModelAdmin):
    """Two people who save the same name or address in the same moment: the second is told by the form, as later ones are."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: Any = None,
    ) -> Any:  # fmt: skip
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # The other row was not there when the form looked. Now it is, and the form finds it.
            return self._once_more(request, object_id, form_url, extra_context)

    def _once_more(self, request: HttpRequest, *args: Any) -> HttpResponse:
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                upload.seek(0)
        return super().changeform_view(request, *args)
