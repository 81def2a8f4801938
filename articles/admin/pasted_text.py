"""Help with text from other programs: numbers of sources become marks, Markdown becomes HTML."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from articles.importing.markdown import markdown_to_html
from articles.importing.parsed import ImportProblem
from articles.rich_text import numbers_into_marks

MARKS = "_marks"  # the name of the button that turns numbers into marks
_MOST_NAMED = 20


class PastedText(admin.ModelAdmin):
    """Mixed into the class of articles."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.markdown_view))
        return [path("markdown/", view, name="articles_article_markdown"), *super().get_urls()]

    def markdown_view(self, request: HttpRequest) -> HttpResponse:
        """Clean HTML of the Markdown in `text`, for the editor: nothing is stored."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        try:
            return JsonResponse({"html": markdown_to_html(request.POST.get("text", ""))})
        except ImportProblem as error:
            return JsonResponse({"error": str(error)}, status=422)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        if MARKS in request.POST:
            _turn_numbers(request)
        return super().changeform_view(request, object_id, form_url, extra_context)


def _turn_numbers(request: Any) -> None:
    """Change the typed text of this request, which then comes back as a form and is not saved."""
    data = request.POST.copy()
    numbers = _typed_numbers(data)
    turned = numbers_into_marks(data.get("body", ""), numbers)
    if turned.changed:
        data["body"] = turned.html
    text = ngettext(
        "%d number was turned into a citation.",
        "%d numbers were turned into citations.",
        turned.changed,
    )
    messages.info(request, text % turned.changed)
    if turned.left:
        named = ", ".join(dict.fromkeys(turned.left[:_MOST_NAMED]))
        text = _(
            "These were not changed because they have no reference or seem to mean something"
            " else: %s"
        )
        messages.warning(request, text % named)
    request.POST = data
    request.refusal = _("Nothing is saved yet. Check the form, then save.")


def _typed_numbers(data: Any) -> set[int]:
    """The numbers of the references in the form. A row without one gets the next, as at a save."""
    total = data.get("references-TOTAL_FORMS", "0")
    numbers, following = set(), 0
    for index in range(min(int(total), 1000) if total.isdecimal() and len(total) < 5 else 0):
        prefix = f"references-{index}-"
        if data.get(f"{prefix}DELETE") or not data.get(f"{prefix}text", "").strip():
            continue
        number = data.get(f"{prefix}number", "").strip()
        if number.isdecimal() and len(number) < 4:
            numbers.add(int(number))
        else:
            following += 1
    highest = max(numbers, default=0)
    return numbers | set(range(highest + 1, highest + following + 1))
