"""Two people save one row: both versions of each field stand side by side, and one is chosen.

The form carries a digest of each field as it was opened. From it follows who changed what: a field
that only the other person changed takes the saved value, any other keeps what was typed. The
version that is not in use stays in the form as a hidden input, and a button exchanges the two.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from config.web.text.json_text import read_json

OPENED_FIELDS = "opened_fields"  # the hidden input with the digests
OTHER = "other-"  # + a field's name: the hidden input with the version that is not in use
EXCHANGE = "_exchange"  # the button; its value is the field's name
_SALT = "config.web.editing.both_versions"

Sent = dict[str, list[str]]  # inputs as a browser sends them


@dataclass(frozen=True)
class Version:
    text: str  # as people read it
    is_saved: bool  # else it is what was typed
    rows: list[str] | None = None  # instead of a text: both_rows.py


@dataclass(frozen=True)
class Difference:
    name: str
    label: str
    in_use: Version
    other: Version
    hidden_name: str
    hidden_value: str


def digests_of(row: Model, names: Iterable[str]) -> str:
    """The text of the hidden input OPENED_FIELDS."""
    return json.dumps({name: _digest(row, name) for name in _columns(row, names)})


def compare(typed: forms.ModelForm, saved: forms.ModelForm, data: QueryDict) -> None:
    """Write into `data` the other version of each field in which two forms differ.

    `typed` is bound to `data`; `saved` is unbound and shows the row as it is saved now.
    """
    opened = read_object(data.get(OPENED_FIELDS, ""))
    typed.full_clean()
    for name in _columns(saved.instance, typed.fields):
        is_file = isinstance(typed.fields[name], forms.FileField)
        now, mine = _digest(saved.instance, name), _digest(typed.instance, name)
        if is_file or (now == mine and name not in typed.errors):
            continue
        theirs = sent_by_widget(saved.fields[name].widget, name, saved[name].value())
        ours = {key: data.getlist(key) for key in theirs}
        untouched = opened.get(name) == mine and name not in typed.errors
        if untouched:
            _put(data, theirs)
        other = ours if untouched else theirs
        data[OTHER + name] = json.dumps({"is_saved": not untouched, "values": other})


def exchange(data: QueryDict, name: str) -> None:
    """Use the other version of a field; the one in use becomes the other."""
    given = read_object(data.get(OTHER + name, ""))
    values = {
        key: sent
        for key, sent in values_in(given).items()
        if key == name or key.startswith(f"{name}_")
    }
    if not values:  # not from our form
        return
    before = {key: data.getlist(key) for key in values}
    data[OTHER + name] = json.dumps({"is_saved": not given.get("is_saved"), "values": before})
    _put(data, values)


def differences(form: Any, data: QueryDict) -> Iterator[Difference]:
    """The fields of a form that come in two versions."""
    for name, field in form.fields.items():
        given = read_object(data.get(OTHER + name, ""))
        other = values_in(given)
        if not other:
            continue
        in_use = {key: data.getlist(key) for key in other}
        is_saved = bool(given.get("is_saved"))
        yield Difference(
            name,
            str(field.label or name),
            Version(readable(field, in_use), not is_saved),
            Version(readable(field, other), is_saved),
            OTHER + name,
            str(data[OTHER + name]),
        )


def _columns(row: Model, names: Iterable[str]) -> list[str]:
    """Names of the row's own fields, in the order in which they are given."""
    known = {field.name for field in (*row._meta.concrete_fields, *row._meta.many_to_many)}
    return [name for name in names if name in known]


def _digest(row: Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    value = field.value_from_object(row)
    if field.many_to_many:
        value = sorted(other.pk for other in value)
    text = json.dumps(value, default=str)
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:16]


def read_object(given: Any) -> dict[str, Any]:
    """What was sent as JSON, or nothing if it is no object."""
    try:
        read = read_json(given) if isinstance(given, str) else given
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def values_in(given: dict[str, Any]) -> Sent:
    """The inputs of the version that is not in use, from what was sent of it."""
    values = read_object(given.get("values"))
    return {key: [*map(str, sent)] for key, sent in values.items() if isinstance(sent, list)}


def _put(data: QueryDict, values: Sent) -> None:
    for key, sent in values.items():
        data.setlist(key, sent)
        if not sent:  # an empty checkbox sends nothing
            del data[key]


def sent_by_widget(widget: Any, name: str, value: Any) -> Sent:
    """What a browser would send of a widget that shows this value."""
    widget = getattr(widget, "widget", widget)  # below the admin's buttons
    if isinstance(widget, forms.MultiWidget):
        shown_parts: Any = widget.decompress(value)
        names: Any = getattr(widget, "widgets_names")  # noqa: B009 - the stubs do not know it
        parts = zip(names, widget.widgets, shown_parts, strict=False)
        return {
            key: sent
            for suffix, part, shown in parts
            for key, sent in sent_by_widget(part, name + suffix, shown).items()
        }
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if value else []}
    shown = widget.format_value(value)
    values = shown if isinstance(shown, list | tuple) else [shown]
    return {name: ["" if one is None else str(one) for one in values]}


def readable(field: Any, sent: Sent) -> str:
    values = [value for parts in sent.values() for value in parts if value]
    if isinstance(field, forms.BooleanField):
        return _("Yes") if values else _("No")
    if isinstance(field, forms.ModelChoiceField):
        try:
            rows: Any = field.queryset
            return ", ".join(map(str, rows.filter(pk__in=values)))
        except (ValueError, TypeError):  # no keys
            return ""
    labels = dict(getattr(field, "choices", ()))
    text = " ".join(str(labels.get(value, value)) for value in values)
    return strip_tags(text.replace("</p>", "\n").replace("</li>", "\n")).strip()
