"""Inputs in the rows of an admin's list.

Only what was typed is saved, and it does not silently replace what another person typed.
"""

from typing import Any

from django.utils.translation import gettext as _


def noticing_others(form_class: Any) -> Any:
    """The form class of a row, which remembers what each input showed."""

    class NoticingForm(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                # An untouched input of an old page changes nothing.
                field.show_hidden_initial = True

        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                for name in self.changed_data:
                    _refuse_to_overwrite(self, self[name])

    return NoticingForm


def _refuse_to_overwrite(form: Any, bound: Any) -> None:
    """Add an error when the stored value is no longer the one that the input showed."""
    shown, now = form.data.get(bound.html_initial_name), form.initial.get(bound.name)
    if shown is None or not bound.field.has_changed(now, shown):
        return
    typed = form.data.copy()
    # Saving again replaces the value.
    typed[bound.html_initial_name] = bound.field.prepare_value(now)
    form.data = typed
    said = _("Someone set this to “%(now)s” after you opened the list. Save again to replace it.")
    form.add_error(bound.name, said % {"now": now})
