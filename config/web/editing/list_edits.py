"""Inputs in the rows of an admin's list: only what was typed is saved, and not over what others typed meanwhile."""

from typing import Any

from django.utils.translation import gettext as _


def noticing_others(form_class: Any) -> Any:
    """The form of a row, which remembers what each input showed."""

    class NoticingForm(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                field.show_hidden_initial = (
                    True  # an untouched input of an old page changes nothing
                )

        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                for name in self.changed_data:
                    _refuse_to_overwrite(self, self[name])

    return NoticingForm


def _refuse_to_overwrite(form: Any, bound: Any) -> None:
    shown, now = form.data.get(bound.html_initial_name), form.initial.get(bound.name)
    if shown is None or not bound.field.has_changed(now, shown):
        return
    typed = form.data.copy()
    typed[bound.html_initial_name] = bound.field.prepare_value(now)  # saving again is meant
    form.data = typed
    said = _(
        "Somebody set this to “%(now)s” after you had opened the list. Saving again replaces that."
    )
    form.add_error(bound.name, said % {"now": now})
