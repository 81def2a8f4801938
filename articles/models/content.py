"""The content of an article: all that people edit, as a revision stores it in JSON.

    {"title": …, "slug": …, "standfirst": …, "body": …, "key_takeaways": […], "disclosure": …,
     "language": a tag or "",
     "topic": pk or None, "hero": pk or None,
     "updated_at": ISO 8601 in UTC or None, "reviewed_at": …, "review_by": …,
     "comments_open": bool, "comments_close_at": …,
     "people": [{"author": pk, "part": …, "position": …}],
     "references": [{"number": …, "text": …, "url": …}],
     "corrections": [{"corrected_at": …, "text": …}],
     "status": of the article when it was stored}

Contents that an older release stored lack some of these. What a content lacks stays as it is.
"""

from datetime import UTC, date, datetime
from typing import Any

from articles.models.author import Author
from articles.models.image import Image
from articles.models.topic import Topic

type Content = dict[str, Any]

FIELDS = (
    "title",
    "slug",
    "standfirst",
    "topic",
    "hero",
    "body",
    "key_takeaways",
    "disclosure",
    "language",
    "updated_at",
    "reviewed_at",
    "review_by",
    "comments_open",
    "comments_close_at",
)
# Rows below the article: the name in a content, the relation of the article, the fields of a row.
ROWS = {
    "people": ("contributions", ("author", "part", "position")),
    "references": ("references", ("number", "text", "url")),
    "corrections": ("corrections", ("corrected_at", "text")),
}
# A restored text keeps its address, its log of corrections and the date of its last change.
RESTORED = (set(FIELDS) | set(ROWS)) - {"slug", "corrections", "updated_at"}


def content_of(article: Any) -> Content:
    """The content of an article."""
    content = {name: field_value(article, name) for name in FIELDS}
    for name, (relation, _fields) in ROWS.items():
        content[name] = [row_values(name, row) for row in getattr(article, relation).all()]
    return content | {"status": article.status}


def field_value(row: Any, name: str) -> Any:
    """The value of a field as JSON holds it."""
    return as_json(row._meta.get_field(name).value_from_object(row))


def row_values(name: str, row: Any) -> Content:
    """The values of a row below an article. `name` is a key of ROWS."""
    return {field: field_value(row, field) for field in ROWS[name][1]}


def as_json(value: Any) -> Any:
    """A value of a field or form as a content holds it. Times lose their microseconds.

    Forms show none, so that a time which nobody changed stays the same.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)


def rows_of(article: Any, content: Content) -> dict[str, list[Any]]:
    """The rows below an article with this content, unsaved, by the name of their relation.

    People whose author page was deleted are left out.
    """
    people = Author.objects.select_related("portrait").in_bulk(
        [row["author"] for row in content.get("people", [])]
    )
    rows: dict[str, list[Any]] = {}
    for name, (relation, _fields) in ROWS.items():
        model = getattr(article, relation).model
        rows[relation] = [
            _row(model, article, {**values, "author": people[values["author"]]})
            if name == "people"
            else _row(model, article, values)
            for values in content.get(name, [])
            if name != "people" or values["author"] in people
        ]
    return rows


def _row(model: Any, article: Any, values: Content) -> Any:
    row = model(article=article)
    for name, value in values.items():
        field = model._meta.get_field(name)
        setattr(row, name, value if field.is_relation else field.to_python(value))
    return row


def set_fields(article: Any, content: Content) -> None:
    """Give the object the fields of a content. A topic or picture that was deleted is left out."""
    for name in FIELDS:
        # What is as it was keeps the microseconds of its times.
        if name not in content or field_value(article, name) == content[name]:
            continue
        field: Any = article._meta.get_field(name)
        if name == "topic":
            article.topic = Topic.objects.filter(pk=content[name]).first()
        elif name == "hero":
            article.hero = Image.objects.filter(pk=content[name]).first()
        else:
            setattr(article, name, field.to_python(content[name]))


def show(article: Any, content: Content) -> None:
    """Give the object this content in memory, its rows included: for forms, checks and previews.

    The object must not be saved afterwards.
    """
    set_fields(article, content)
    for relation, rows in rows_of(article, content).items():
        hold_rows(article, relation, rows)
    article.make_text_ready([row["number"] for row in content.get("references", [])])


def hold_rows(article: Any, relation: str, rows: list[Any]) -> None:
    """Let the object answer for this relation with these rows, and ask the database no more."""
    held = getattr(article, relation).get_queryset()
    held._result_cache, held._prefetch_done = rows, True
    article.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = held


def write(article: Any, content: Content) -> None:
    """Give the row of the article and the rows below it this content.

    Call it in a transaction that has locked the row.
    """
    rows = rows_of(article, content)
    for name, (relation, _fields) in ROWS.items():
        if name in content:
            _write_rows(name, getattr(article, relation), rows[relation])
    article.__dict__.pop("_prefetched_objects_cache", None)
    set_fields(article, content)
    # After the references: marks in the text link to them.
    article.save(update_fields=[*FIELDS, "modified_at"])


def _write_rows(name: str, manager: Any, rows: list[Any]) -> None:
    """Replace the rows that differ. The others stay, with their keys."""
    wanted = [(row_values(name, row), row) for row in rows]
    for row in manager.model.objects.filter(article=manager.instance):
        values = row_values(name, row)
        same = next((pair for pair in wanted if pair[0] == values), None)
        if same:
            wanted.remove(same)
        else:
            row.delete()
    for _values, row in wanted:
        row.save()
