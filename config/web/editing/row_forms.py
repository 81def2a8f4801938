"""Rows typed below a form (inlines), when rows that it shows are not there any more."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict


def with_lost_rows_as_new(data: QueryDict, formset: Any, existing: Collection[Any]) -> None:
    """Change what was sent for a formset, so that rows deleted meanwhile are typed anew instead of being an error.

    Django wants the rows that exist first, so all are numbered again.
    """
    prefix, key = formset.get_default_prefix(), formset.model._meta.pk.name
    try:
        total = int(data.get(f"{prefix}-TOTAL_FORMS", ""))
        initial = int(data.get(f"{prefix}-INITIAL_FORMS", ""))
    except ValueError:
        return
    rows = [_take_row(data, f"{prefix}-{number}-") for number in range(min(total, 2000))]
    known = {str(pk) for pk in existing}
    kept = [row for row in rows[:initial] if row.get(key, [""])[0] in known]
    lost = [row for row in rows[:initial] if row.get(key, [""])[0] not in known]
    for row in lost:
        for name in (key, formset.fk.name):
            row.pop(name, None)
    typed = [*(row for row in lost if "DELETE" not in row), *rows[initial:]]
    for number, row in enumerate([*kept, *typed]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(typed))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))


def _take_row(data: QueryDict, start: str) -> dict[str, list[str]]:
    names = [name for name in data if name.startswith(start)]
    return {name.removeprefix(start): data.pop(name) for name in names}
