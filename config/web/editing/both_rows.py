"""Two people save the rows below one form (people, references): one version is chosen as a whole.

It works as both_versions.py does for fields. The form carries a digest of the rows of each kind as
they were opened, and all rows of the version that is not in use as a hidden input.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.crypto import salted_hmac

from config.web.editing.both_versions import (
    OTHER,
    Difference,
    Sent,
    Version,
    read_object,
    readable,
    sent_by_widget,
    values_in,
)

OPENED_ROWS = "opened_rows"  # the hidden input with the digests
ROWS = "rows-"  # + a formset's prefix: stands for the name of a field
_SALT = "config.web.editing.both_rows"
_MOST_ROWS = 2000


def digests_of_rows(formsets: Iterable[Any]) -> str:
    """The text of the hidden input OPENED_ROWS. The formsets are unbound."""
    return json.dumps({rows.prefix: _digest(rows, _sent_by(rows)) for rows in formsets})


def compare_rows(saved: Any, data: QueryDict) -> None:
    """Write into `data` the other version of the rows, if the typed ones are not as saved.

    `saved` is an unbound formset that shows the rows as they are saved now. Rows that only the
    other person changed are taken as saved.
    """
    prefix = saved.prefix
    theirs, mine = _sent_by(saved), _with_prefix(data, prefix)
    if f"{prefix}-TOTAL_FORMS" not in mine:
        return
    now, typed = _digest(saved, theirs), _digest(saved, mine)
    if now == typed:
        return
    untouched = read_object(data.get(OPENED_ROWS, "")).get(prefix) == typed
    mine = _with_added(saved, mine, theirs)
    _replace(data, prefix, theirs if untouched else mine)
    other = {"is_saved": not untouched, "values": mine if untouched else theirs}
    data[f"{OTHER}{ROWS}{prefix}"] = json.dumps(other)


def exchange_rows(data: QueryDict, name: str) -> None:
    """Use the other version of the rows; the one in use becomes the other.

    `name` is ROWS and the prefix of the formset.
    """
    prefix = name.removeprefix(ROWS)
    given = read_object(data.get(OTHER + name, ""))
    values = {key: sent for key, sent in values_in(given).items() if key.startswith(f"{prefix}-")}
    if f"{prefix}-TOTAL_FORMS" not in values:  # not from our form
        return
    before = {"is_saved": not given.get("is_saved"), "values": _with_prefix(data, prefix)}
    data[OTHER + name] = json.dumps(before)
    _replace(data, prefix, values)


def row_differences(kinds: Iterable[tuple[Any, str]], data: QueryDict) -> Iterator[Difference]:
    """Those of the formsets, each with what people call its rows, that come in two versions."""
    for rows, label in kinds:
        name = f"{ROWS}{rows.prefix}"
        given = read_object(data.get(OTHER + name, ""))
        other = values_in(given)
        if not other:
            continue
        is_saved = bool(given.get("is_saved"))
        in_use = _with_prefix(data, rows.prefix)
        yield Difference(
            name,
            label,
            Version("", not is_saved, list(_lines(rows, in_use))),
            Version("", is_saved, list(_lines(rows, other))),
            OTHER + name,
            str(data[OTHER + name]),
        )


def _with_prefix(data: QueryDict, prefix: str) -> Sent:
    return {key: data.getlist(key) for key in data if key.startswith(f"{prefix}-")}


def _replace(data: QueryDict, prefix: str, values: Sent) -> None:
    for key in _with_prefix(data, prefix):
        del data[key]
    for key, sent in values.items():
        if sent:  # an empty checkbox sends nothing
            data.setlist(key, sent)


def _sent_by(rows: Any) -> Sent:
    """What a browser would send of an unbound formset, without its blank rows."""
    shown = [form for form in rows.forms if form in rows.initial_forms]
    sent: Sent = {}
    for form in shown:
        sent |= _sent_of(form)
    # All rows of an article are new to Django: articles.admin.article_rows.
    known = min(len(shown), rows.initial_form_count())
    counts = {"TOTAL": len(shown), "INITIAL": known, "MIN_NUM": 0, "MAX_NUM": _MOST_ROWS}
    return {f"{rows.prefix}-{name}_FORMS": [str(count)] for name, count in counts.items()} | sent


def _rows_in(rows: Any, sent: Sent) -> list[Sent]:
    """The sent rows that saving would keep, each with its values by the names of its fields."""
    form = rows.empty_form
    left_out = {rows.model._meta.pk.name, rows.fk.name, "DELETE"}
    names = [name for name in form.fields if name not in left_out]
    blank = _row(names, f"{rows.prefix}-__prefix__-", _sent_of(form))
    try:
        total = min(int(sent[f"{rows.prefix}-TOTAL_FORMS"][0]), _MOST_ROWS)
    except (KeyError, ValueError, IndexError):
        return []
    found = [_row(names, f"{rows.prefix}-{number}-", sent) for number in range(total)]
    deleted = [bool(sent.get(f"{rows.prefix}-{number}-DELETE")) for number in range(total)]
    return [row for row, is_out in zip(found, deleted, strict=True) if row != blank and not is_out]


def _sent_of(form: Any) -> Sent:
    sent: Sent = {}
    for name, field in form.fields.items():
        sent |= sent_by_widget(field.widget, form.add_prefix(name), form[name].value())
    return sent


def _row(names: Iterable[str], start: str, sent: Sent) -> Sent:
    """What was sent of one row, by field. Line ends are as Python has them."""
    own = {key: values for key, values in sent.items() if key.startswith(start)}
    row: Sent = {}
    for name in names:
        more = f"{start}{name}_"
        parts = sorted(key for key in own if key == start + name or key.startswith(more))
        row[name] = [str(value).replace("\r\n", "\n") for key in parts for value in own[key]]
    return row


def _digest(rows: Any, sent: Sent) -> str:
    text = json.dumps(_rows_in(rows, sent))
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:16]


def _lines(rows: Any, sent: Sent) -> Iterator[str]:
    """The rows as people read them."""
    fields = rows.empty_form.fields
    for row in _rows_in(rows, sent):
        values = [readable(fields[name], {name: value}) for name, value in row.items()]
        yield " · ".join(filter(None, values))


def _with_added(rows: Any, mine: Sent, theirs: Sent) -> Sent:
    """The typed rows, and those of the table that the other person added and that would stay there.

    Django wants existing rows first.
    """
    prefix, key = rows.prefix, rows.model._meta.pk.name
    try:
        numbers = [int(mine[f"{prefix}-{name}_FORMS"][0]) for name in ("TOTAL", "INITIAL")]
        total, initial = (min(number, _MOST_ROWS) for number in numbers)
        theirs_known = int(theirs[f"{prefix}-INITIAL_FORMS"][0])
    except (ValueError, KeyError):
        return mine
    held = {tuple(mine.get(f"{prefix}-{number}-{key}", ())) for number in range(initial)}
    added = [
        number
        for number in range(theirs_known)
        if tuple(theirs[f"{prefix}-{number}-{key}"]) not in held
    ]
    if not added:
        return mine
    order = [(mine, number) for number in range(initial)]
    order += [(theirs, number) for number in added]
    order += [(mine, number) for number in range(initial, total)]
    whole = {name: sent for name, sent in mine.items() if name.endswith("_FORMS")}
    for place, (source, number) in enumerate(order):
        start = f"{prefix}-{number}-"
        for name, sent in source.items():
            if name.startswith(start):
                whole[f"{prefix}-{place}-{name.removeprefix(start)}"] = sent
    whole[f"{prefix}-TOTAL_FORMS"] = [str(len(order))]
    whole[f"{prefix}-INITIAL_FORMS"] = [str(initial + len(added))]
    return whole
