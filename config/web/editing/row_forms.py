"""Rows below a form of the admin (inlines) that were deleted while the form showed them."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict


def with_lost_rows_as_new(data: QueryDict, formset: Any, existing: Collection[Any]) -> None:
    """Change the data of a formset so that rows deleted meanwhile are new rows.

    `existing` holds the primary keys of the rows that are left. Django wants existing rows first,
    so all rows are numbered again.
    """
    prefix, key = formset.get_default_prefix(), formset.model._meta.pk.name
    try:
        total = int(data.get(f"{prefix}-TOTAL_FORMS", ""))
        initial = int(data.get(f"{prefix}-INITIAL_FORMS", ""))
    except ValueError:
        return
    rows: list[dict[str, list[str]]] = []
    for start in (f"{prefix}-{number}-" for number in range(min(total, 2000))):
        names = [name for name in data if name.startswith(start)]
        rows.append({name.removeprefix(start): data.pop(name) for name in names})
    while rows and not rows[-1]:  # counted, but not sent: each would cost the time of a form
        rows.pop()
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
