"""Which author or topic here one of the former site becomes: a CSV of two columns."""

import csv
from collections.abc import Iterable

from django.utils.translation import gettext as _

from articles.models import Author, Topic


class BadMap(Exception):
    """A map cannot be read. The text says why."""


def read_map(lines: Iterable[str], model: type[Author | Topic]) -> dict[str, str]:
    """Name there → slug here. Raises BadMap if a line has not two columns, or a slug no row."""
    try:
        rows = [[part.strip() for part in line] for line in csv.reader(lines) if line]
    except csv.Error as error:
        raise BadMap(str(error)) from error
    if wrong := next((row for row in rows if len(row) != 2), None):
        raise BadMap(
            _("Enter two columns on each line. This one has others: %s") % ", ".join(wrong)
        )
    wanted = {slug for _name, slug in rows}
    known = model._default_manager.filter(slug__in=wanted)
    if missing := wanted - set(known.values_list("slug", flat=True)):
        raise BadMap(_("Enter slugs that exist here. Not found: %s") % ", ".join(sorted(missing)))
    return {row[0]: row[1] for row in rows}
