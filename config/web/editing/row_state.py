"""The state of a row when somebody opened it in the admin, to notice a later change."""

import json
import time
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import ForeignKey, Model, OuterRef
from django.db.models.functions import JSONObject
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import get_default_timezone

OPENED = "opened_state"  # the hidden input of a form or list, and the parameter of a delete page


def state_of(row: Model, names: Collection[str], below: Iterable[ForeignKey]) -> str:
    """A digest of the named fields and of the rows below, with the time at which it was made.

    `below` are the foreign keys of other models that lead to the row.
    """
    values: list[Any] = []
    for field in (*row._meta.concrete_fields, *row._meta.many_to_many):
        if field.name in names:
            value: Any = field.value_from_object(row)
            values.append(sorted(other.pk for other in value) if field.many_to_many else value)
    # One query for the rows of all keys.
    others = {}
    for number, key in enumerate(below):
        columns = {field.attname: field.attname for field in key.model._meta.concrete_fields}
        same = key.model._base_manager.filter(**{key.name: OuterRef("pk")}).order_by("pk")
        others[f"rows_{number}"] = ArraySubquery(same.values(as_json=JSONObject(**columns)))
    found = type(row)._base_manager.filter(pk=row.pk).annotate(**others).values_list(*others)
    rows = list(found) if others else []
    return state_of_list([values, rows])


def state_of_loaded(rows: Iterable[Model]) -> str:
    """The same of the columns that a list has loaded of its rows. It asks the database nothing."""
    loaded = []
    for row in rows:
        values = vars(row)  # without those that were deferred
        names = [field.attname for field in row._meta.concrete_fields]
        loaded.append([(name, values[name]) for name in sorted(names) if name in values])
    return state_of_list(loaded)


def state_of_list(shown: list[Any]) -> str:
    """The same of anything that a page shows."""
    text = json.dumps(shown, default=str)
    digest = salted_hmac("config.web.editing.row_state", text, algorithm="sha256").hexdigest()
    return f"{digest[:40]}-{time.time():.3f}"


def is_same_state(opened: str, now: str) -> bool:
    return constant_time_compare(opened.partition("-")[0], now.partition("-")[0])


def last_log_entry(row: Model, opened: str) -> LogEntry | None:
    """The last save of the row in the admin since it was opened, or None."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
    )
    try:
        seconds = float(opened.partition("-")[2])
        since = datetime.fromtimestamp(seconds, tz=get_default_timezone())
    except (ValueError, OverflowError, OSError):  # not sent by the form
        since = datetime.fromtimestamp(0, tz=get_default_timezone())
    return entries.filter(action_time__gte=since).select_related("user").first()
