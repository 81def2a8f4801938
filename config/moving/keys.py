"""Which items of a former site were imported, and as which rows."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from config.moving.models import ImportedItem
from config.moving.records import BadSource


class Keys:
    """The keys (site, kind, foreign id) of one site."""

    def __init__(self, site: str) -> None:
        self.site = site

    def row(self, kind: str, foreign_id: str) -> int | None:
        return self.rows(kind, [foreign_id]).get(foreign_id)

    def rows(self, kind: str, foreign_ids: Collection[str]) -> dict[str, int]:
        """The primary keys, by foreign id, of the items that were imported before."""
        if not foreign_ids:
            return {}
        found = ImportedItem.objects.filter(site=self.site, kind=kind, foreign_id__in=foreign_ids)
        return dict(found.values_list("foreign_id", "row"))

    def note(self, kind: str, foreign_id: str, row: int) -> None:
        self.note_all(kind, {foreign_id: row})

    def note_all(self, kind: str, rows: dict[str, int]) -> None:
        ImportedItem.objects.bulk_create(
            ImportedItem(site=self.site, kind=kind, foreign_id=foreign_id, row=row)
            for foreign_id, row in rows.items()
        )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a lock for this site. Raises BadSource when another import of it runs.

        The lock belongs to the connection, which therefore must not go through a pooler.
        """
        with connections[settings.CHANGE_FEED_DATABASE].cursor() as cursor:
            name = f"moving.{self.site}"
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            if not cursor.fetchone()[0]:
                raise BadSource(f"Another import of {self.site} is running.")
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
