"""Authors and topics of an import: found by a map, their key or their name, else created."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from articles.models import Author, Topic
from config.moving import records
from config.moving.keys import Keys
from config.moving.models import ImportedItem
from config.moving.report import Report

MOST_NAME = 120


@dataclass
class People:
    """`author_slugs` and `topic_slugs` say which row here an author or topic there becomes."""

    keys: Keys
    report: Report
    author_slugs: Mapping[str, str] = field(default_factory=dict)
    topic_slugs: Mapping[str, str] = field(default_factory=dict)
    _paths: dict[tuple[str, str], str] = field(default_factory=dict)
    _authors: dict[str, Author] = field(default_factory=dict)
    _topics: dict[str, Topic] = field(default_factory=dict)

    def forget(self) -> None:
        """Look all rows up again: a transaction was taken back, and with it what it had made."""
        self._authors.clear()
        self._topics.clear()

    def authors(self, wanted: Iterable[records.Author]) -> list[Author]:
        """The rows, each once."""
        return list(dict.fromkeys(self.author(record) for record in wanted))

    def author(self, record: records.Author) -> Author:
        if record.foreign_id in self._authors:
            return self._authors[record.foreign_id]
        key = (ImportedItem.Kind.AUTHOR, record.foreign_id)
        rows = Author.objects.all()
        found = self._found(rows, key, self.author_slugs, record.name)
        if found is None:
            found = Author.objects.create(
                name=record.name[:MOST_NAME], role=record.role[:MOST_NAME], bio=record.bio
            )
            self._note_new(key, found.pk, record.name)
        self._paths[key] = found.get_absolute_url()
        self._authors[record.foreign_id] = found
        return found

    def topic(self, record: records.Topic) -> Topic:
        if record.foreign_id in self._topics:
            return self._topics[record.foreign_id]
        key = (ImportedItem.Kind.TOPIC, record.foreign_id)
        found = self._found(Topic.objects.all(), key, self.topic_slugs, record.name)
        if found is None:
            above = self.topic(record.parent) if record.parent else None
            if above and above.parent_id:
                said = f"{record.name} stands alone: {above} is a sub-topic here"
                self.report.say("nested category", said)
                above = None
            found = Topic.objects.create(
                name=record.name[:MOST_NAME], description=record.description[:1000], parent=above
            )
            self._note_new(key, found.pk, record.name)
        self._paths[key] = found.get_absolute_url()
        self._topics[record.foreign_id] = found
        return found

    def _note_new(self, key: tuple[ImportedItem.Kind, str], pk: int, name: str) -> None:
        self.keys.note(*key, pk)
        if key in self._paths:  # a dry run makes it again and again
            return
        self.report.stored_one(f"{key[0]}s")
        if len(name) > MOST_NAME:
            self.report.say("name", f"cut at {MOST_NAME} characters: {name}")

    def path(self, kind: str, foreign_id: str) -> str:
        """The path of an author or topic that this run has used, else ""."""
        return self._paths.get((kind, foreign_id), "")

    def _found[Row: (Author, Topic)](
        self,
        rows: QuerySet[Row],
        key: tuple[ImportedItem.Kind, str],
        slugs: Mapping[str, str],
        name: str,
    ) -> Row | None:
        kind, foreign_id = key
        if foreign_id in slugs:
            return rows.get(slug=slugs[foreign_id])
        row = rows.filter(pk=self.keys.row(kind, foreign_id) or 0).first()
        if row is None and (row := rows.filter(name__iexact=name[:MOST_NAME]).first()):
            if key not in self._paths:  # a dry run finds it again and again
                said = f"{name}: one of that name was here before"
                self.report.say(str(kind.label).lower(), said)
            self.keys.note(kind, foreign_id, row.pk)
        return row
