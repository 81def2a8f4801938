"""The parts of forms, written without templates.

A form of the admin with rows below it has a hundred inputs, labels and lists of errors, and Django
fills two or three templates for each. The HTML is that of Django's templates. Widgets that have
none of these templates go to Django.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData


class QuickRenderer(DjangoTemplates):
    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        write = _WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return write(context)


def _text(value: Any) -> str:
    """As the filter stringformat writes it."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


def _attributes(given: dict[str, Any]) -> str:
    parts = []
    for name, value in given.items():
        if value is True:
            parts.append(f" {_text(name)}")
        elif value is not False:
            parts.append(f' {_text(name)}="{_text(value)}"')
    return "".join(parts)


def _widget(widget: dict[str, Any]) -> str:
    """A widget within another one."""
    return get_default_renderer().render(widget["template_name"], {"widget": widget})


def write_input(context: dict[str, Any]) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    start = f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"'
    return f"{start}{value}{_attributes(widget['attrs'])}>"


def write_textarea(context: dict[str, Any]) -> str:
    widget = context["widget"]
    text = conditional_escape(localize(widget["value"])) if widget["value"] else ""
    attributes = _attributes(widget["attrs"])
    return f'<textarea name="{_text(widget["name"])}"{attributes}>\n{text}</textarea>'


def write_select(context: dict[str, Any]) -> str:
    widget = context["widget"]
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for name, options, _index in widget["optgroups"]:
        lines = [f"  {_widget(option)}" for option in options]
        if name:
            label = conditional_escape(localize(name))
            lines = [f'  <optgroup label="{label}">', *lines, "  </optgroup>"]
        parts += lines
    return "\n".join([*parts, "</select>"])


def write_option(context: dict[str, Any]) -> str:
    option = context["widget"]
    label = conditional_escape(localize(option["label"]))
    return (
        f'<option value="{_text(option["value"])}"{_attributes(option["attrs"])}>{label}</option>'
    )


def write_several(context: dict[str, Any]) -> str:
    return "".join(map(_widget, context["widget"]["subwidgets"]))


def write_day_and_time(context: dict[str, Any]) -> str:
    """The admin's input of a day and one of a time, each with a label of its own."""
    widget, parts = context["widget"], []
    for label, part in zip(
        (context["date_label"], context["time_label"]), widget["subwidgets"], strict=True
    ):
        of = f' for="{_text(part["attrs"]["id"])}"' if widget["attrs"].get("id") else ""
        parts.append(f"<label{of}>{conditional_escape(label)}</label> {_widget(part)}")
    return f'<p class="datetime">{"<br>".join(parts)}</p>'


def write_label(context: dict[str, Any]) -> str:
    label = conditional_escape(localize(context["label"]))
    if not context["use_tag"]:
        return label
    tag = _text(context["tag"])
    return f"<{tag}{_attributes(context['attrs'] or {})}>{label}</{tag}>"


def write_errors(context: dict[str, Any]) -> str:
    errors = context["errors"]
    if not errors:
        return ""
    of = f' id="{_text(errors.field_id)}_error"' if errors.field_id else ""
    lines = "".join(f"<li>{conditional_escape(error)}</li>" for error in errors)
    return f'<ul class="{_text(context["error_class"])}"{of}>{lines}</ul>'


_INPUTS = ["input", "text", "number", "email", "url", "color", "search", "tel", "password"]
_INPUTS += ["hidden", "date", "datetime", "time", "checkbox", "file"]
_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": write_input for name in _INPUTS},
    "django/forms/widgets/textarea.html": write_textarea,
    "django/forms/widgets/select.html": write_select,
    "django/forms/widgets/select_option.html": write_option,
    "django/forms/widgets/multiwidget.html": write_several,
    "admin/widgets/date.html": lambda context: f'<p class="date">{write_input(context)}</p>',
    "admin/widgets/time.html": lambda context: f'<p class="time">{write_input(context)}</p>',
    "admin/widgets/split_datetime.html": write_day_and_time,
    "django/forms/label.html": write_label,
    "django/forms/errors/list/default.html": write_errors,
    "django/forms/errors/list/ul.html": write_errors,
}
