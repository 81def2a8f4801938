"""The pages of the admin that import and export. For administrators alone."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from config.moving.import_form import ImportForm
from config.moving.moves import Move
from config.moving.uploading import take_large_upload
from config.web import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SHOWN = 50
_MOST_TEXT = 100_000  # bytes of a report on its page; the file has all
type View = Callable[..., HttpResponseBase]


def for_administrators(view: View) -> View:
    """Refuse all others, before anything of the request's body is read."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast("User", request.user).is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def moves(request: HttpRequest) -> HttpResponseBase:
    """What was imported and exported lately, and the button that exports."""
    user = cast("User", request.user)
    if request.method == "POST":
        move = Move.objects.create(direction=Move.Direction.OUT, by=user)
        exported = audit.AuditEntry.Action.EXPORTED
        audit.record(exported, by=user, request=request, detail="the whole site")
        messages.success(request, _("The export begins within seconds."))
        return redirect("admin:move", move.pk)
    rows = Move.objects.select_related("by")[:_SHOWN]
    return _page(request, "moves", _("Import and export"), {"moves": rows})


@csrf_exempt  # read by the view below, once it is known where the file goes
@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new_import(request: HttpRequest) -> HttpResponseBase:
    take_large_upload(request)
    return _new_import(request)


@csrf_protect
def _new_import(request: HttpRequest) -> HttpResponseBase:
    """The form with the file. It begins a dry run; the import is started from its report."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        move = form.save(by=cast("User", request.user))
        if move is not None:
            messages.success(request, _("The file is here. The test run begins within seconds."))
            return redirect("admin:move", move.pk)
    return _page(request, "new_import", _("Import"), {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One import or export: its progress, its report, and the next steps."""
    row = get_object_or_404(Move.objects.select_related("by"), pk=pk)
    if request.method == "POST":
        return _act(request, row)
    context = {
        "move": row,
        "report": _beginning_of_report(row),
        "has_table": row.table.exists() and not row.is_under_way,
        "has_export": row.export.exists() and row.status == Move.Status.DONE,
        "is_alone": not Move.objects.filter(status="running").exclude(pk=pk).exists(),
    }
    return _page(request, "move", str(row.get_direction_display()), context)


def _act(request: HttpRequest, row: Move) -> HttpResponseBase:
    user = cast("User", request.user)
    if "delete" in request.POST:
        if row.is_under_way:
            messages.error(request, _("It is still at work. Delete it when it has ended."))
            return redirect("admin:move", row.pk)
        row.forget()
        messages.success(request, _("Deleted, with its files."))
        return redirect("admin:moves")
    if not row.upload.exists():
        messages.error(request, _("The file was deleted. Upload it again."))
    elif row.run_for_real(by=user):
        imported = audit.AuditEntry.Action.IMPORTED
        detail = f"{row.kind}: {row.file_name}"
        audit.record(imported, by=user, request=request, detail=detail)
        messages.success(request, _("The import begins within seconds."))
    else:
        messages.info(request, _("Someone else has started this import."))
    return redirect("admin:move", row.pk)


@require_safe
@for_administrators
def move_file(request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
    """The export, or the report of an import, to download."""
    row = get_object_or_404(Move, pk=pk)
    day = f"{row.asked_at:%Y-%m-%d}"
    kinds = {
        "site.zip": (row.export, "application/zip", f"site-{day}.zip"),
        "report.txt": (row.said, "text/plain; charset=utf-8", f"import-{day}.txt"),
        "report.csv": (row.table, "text/csv; charset=utf-8", f"import-{day}.csv"),
    }
    file, content_type, name = kinds[what]
    if row.is_under_way or not file.exists():
        raise Http404
    if what == "site.zip" and request.method == "GET":
        exported = audit.AuditEntry.Action.EXPORTED
        detail = f"the whole site, downloaded as {name}"
        audit.record(exported, by=cast("User", request.user), request=request, detail=detail)
    return FileResponse(
        file.open("rb"), as_attachment=True, filename=name, content_type=content_type
    )


def move_urls(site: Any) -> list[URLPattern]:
    pages: list[tuple[str, Any, str]] = [
        ("moves/", moves, "moves"),
        ("moves/import/", new_import, "new_import"),
        ("moves/<int:pk>/", move, "move"),
    ]
    pages += [
        (f"moves/<int:pk>/{what}", move_file, f"move_{what.replace('.', '_')}")
        for what in ("site.zip", "report.txt", "report.csv")
    ]
    return [
        path(place, site.admin_view(view), {"what": place.rpartition("/")[2]}, name=name)
        if view is move_file
        else path(place, site.admin_view(view), name=name)
        for place, view, name in pages
    ]


def _beginning_of_report(row: Move) -> str:
    try:
        with row.said.open("rb") as file:
            return file.read(_MOST_TEXT).decode(errors="replace")
    except OSError:
        return ""


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shown = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/moving/{template}.html", shown)
