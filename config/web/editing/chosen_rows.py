"""An action on several rows of a list does nothing when one has changed since it was shown.

- The list carries a digest of each row that it shows.
- Rows on other pages of the list were not shown. For them a page asks first, and says how many.
- The page that asks before rows are deleted lists all that goes with them.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.database.keys import may_be_key
from config.web.editing.row_state import OPENED, is_same_state, state_of_list, state_of_loaded

_CHOOSES = "Select this object for an action - {}"  # in Django's own catalogues


class ChosenRows(admin.ModelAdmin):
    """A part of SafeSaving."""

    def action_checkbox(self, obj: Any) -> SafeString:
        """The box that chooses the row, and the row's state.

        Django makes the box by a template, which took a quarter of a list's time.
        """
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
            '<input type="hidden" name="{}_{}" value="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            _(_CHOOSES).format(obj),
            OPENED,
            obj.pk,
            state_of_loaded([obj]),
        )

    def response_action(
        self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Run the action, or answer why not. The rows are locked until it is done."""
        name = request.POST.get("action", "")
        with transaction.atomic():
            if name == "delete_selected":
                return self._delete_chosen(request, queryset, *args, **kwargs)
            _lock(self._chosen(request, queryset))
            changed = self._changed_since_shown(request, queryset)
            if changed:
                messages.warning(request, _nothing_done(changed))
                return None
            label = dict(self.get_action_choices(request)).get(name)
            if name and label and _all_pages(request):
                now = state_of_loaded(queryset.order_by("pk"))
                opened = request.POST.get(OPENED, "")
                if not opened or not is_same_state(opened, now):
                    return self._ask(request, queryset, str(label), now)
            return super().response_action(request, queryset, *args, **kwargs)

    def _changed_since_shown(self, request: HttpRequest, queryset: Any) -> list[str]:
        """The chosen rows that are no longer as the list showed them, by name."""
        shown = {pk: request.POST.get(f"{OPENED}_{pk}", "") for pk in _chosen_pks(request)}
        here = {str(row.pk): row for row in queryset.filter(pk__in=shown)}
        changed = [
            pk
            for pk, state in shown.items()
            if state and not (pk in here and is_same_state(state, state_of_loaded([here[pk]])))
        ]
        # A change may have taken a row out of the list's filter.
        names = {str(row.pk): str(row) for row in self.get_queryset(request).filter(pk__in=changed)}
        gone = _("a deleted row")
        return [_("“%s”") % names[pk] if pk in names else gone for pk in changed]

    def _ask(self, request: HttpRequest, queryset: Any, label: str, now: str) -> TemplateResponse:
        """The page that asks whether to do this to the rows of all pages."""
        if request.POST.get(OPENED):
            messages.warning(request, _nothing_done([]))
        context = {
            **self.admin_site.each_context(request),
            "title": label,
            "opts": self.opts,
            "action": request.POST["action"],
            "number": queryset.count(),
            "one": _chosen_pks(request)[:1],
            "opened_name": OPENED,
            "opened_state": now,
        }
        return TemplateResponse(request, "admin/action_confirmation.html", context)

    # Deleting

    def _delete_chosen(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        chosen = self._chosen(request, queryset)
        if request.POST.get("post"):
            _lock(chosen)
        # A digest of the rows and of all that the page lists as going with them.
        listed, counts, _refused, _protected = self.get_deleted_objects(chosen, request)
        now = state_of_list([list(chosen.values()), listed, sorted(map(str, counts.items()))])
        opened = request.POST.get(OPENED, "")
        if opened and not is_same_state(opened, now):
            # Without the consent, the form that asks is shown again.
            asking: Any = request.POST.copy()
            asking.pop("post", None)
            request.POST = asking
            text = _(
                "Nothing was deleted. Some of this was changed after you opened this page."
                " Check it again."
            )
            messages.warning(request, text)
        response = super().response_action(request, queryset, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            response.context_data = {**(response.context_data or {}), OPENED: now}
            response.add_post_render_callback(_with_state)
        return response

    def _chosen(self, request: HttpRequest, queryset: Any) -> Any:
        if not _all_pages(request):
            queryset = queryset.filter(pk__in=_chosen_pks(request))
        pks = list(queryset.values_list("pk", flat=True))
        return self.model._base_manager.filter(pk__in=pks).order_by("pk")


def _all_pages(request: HttpRequest) -> bool:
    return request.POST.get("select_across") == "1"


def _chosen_pks(request: HttpRequest) -> list[str]:
    """What was sent as numbers of rows. Anything else is left to Django."""
    return list(filter(may_be_key, request.POST.getlist(ACTION_CHECKBOX_NAME)))


def _lock(rows: Any) -> None:
    """Lock the rows until the transaction ends, always in the same order."""
    list(rows.select_for_update().values_list("pk"))


def _with_state(page: Any) -> None:
    """Into Django's own form, whose template has no place for it."""
    consent = b'<input type="hidden" name="post" value="yes">'
    state = f'<input type="hidden" name="{OPENED}" value="{page.context_data[OPENED]}">'
    page.content = page.content.replace(consent, consent + state.encode("ascii"))


def _nothing_done(names: list[str]) -> str:
    if not names:
        return _("Nothing was changed. Some of these rows were changed after you opened this page.")
    text = _(
        "Nothing was changed, because these rows were changed after you opened the list:"
        " %(rows)s. The list now shows them as they are. Check them and select them again."
    )
    return text % {"rows": ", ".join(names)}
