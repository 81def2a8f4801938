"""The fields before a text: YAML between two `---`, TOML between two `+++`."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

import yaml
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from .parsed import Fields, ImportProblem

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_IS_FIELD = re.compile(r"(?:#[^\n]*\n)*[A-Za-z_][\w.-]*[ \t]*:(?:\s|\Z)")

# The names that programs give to the same thing, the first that is there counts.
_STANDFIRST = ("standfirst", "description", "summary", "excerpt")
_DATE = ("date", "publishdate", "published_at", "published", "pubdate")
_UPDATED = ("lastmod", "updated", "last_modified_at", "updated_at", "modified")
_AUTHORS = ("authors", "author")
_TOPICS = ("categories", "category", "topic")
_HERO = ("image", "cover", "featured_image", "feature_image", "thumbnail")
_PATHS = ("permalink", "url", "aliases", "redirect_from")
_MOST = 500  # values of one field that are read
_DEEPEST = 10


def fields_of(found: dict[str, object]) -> tuple[Fields, list[str]]:
    """The fields that have a place here, and a line for each of the others."""
    left = dict(found)
    unused: list[str] = []

    def take(names: tuple[str, ...]) -> list[str]:
        """The texts of the first field that has any. What else stands in it is named."""
        name = next((name for name in names if left.get(name)), "")
        value = left.pop(name, None)
        parts = value if isinstance(value, list) else [value]
        texts = [_name_of(part) for part in parts[:_MOST]]
        rest = [part for part in parts if part not in (None, "") and not _name_of(part)]
        rest += [part for part in parts if isinstance(part, dict) and len(part) > 1]
        if rest:
            unused.append(f"{name}: {_texts(rest)}: not used")
        return [text for text in texts if text.strip()]

    is_draft = _is(left.pop("draft", None), "true") or _is(left.get("published"), "false")
    if isinstance(left.get("published"), bool):
        left.pop("published")
    date_name = next((name for name in _DATE if _moment(left.get(name))), "")
    updated_name = next((name for name in _UPDATED if _moment(left.get(name))), "")
    topics = take(_TOPICS)
    fields = Fields(
        title=" ".join(take(("title",))),
        standfirst=" ".join(take(_STANDFIRST)),
        published_at=_moment(left.pop(date_name, None)),
        updated_at=_moment(left.pop(updated_name, None)),
        is_draft=is_draft,
        slug="".join(take(("slug",))[:1]),
        authors=take(_AUTHORS),
        topics=topics[:1],
        hero="".join(take(_HERO)[:1]),
        paths=[path for name in _PATHS for path in take((name,))],
    )
    unused += [f"{name}: {_texts(value)}: not used" for name, value in sorted(left.items())]
    return fields, [*unused, *(f"{topic}: a further category" for topic in topics[1:])]


def _name_of(value: object) -> str:
    """A text or number; of an object, such as a person or picture, what it is called."""
    if isinstance(value, dict):
        names = ("name", "title", "src", "url", "image", "path")
        value = next((value[name] for name in names if value.get(name)), "")
    is_text = isinstance(value, str | int | float | date) and not isinstance(value, bool)
    return str(value) if is_text else ""


def _texts(value: object) -> str:
    """All texts of a value, for a report. YAML can make a short file mean endless ones."""
    return " ".join(islice(_each_text(value), _MOST))


def _each_text(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | set | tuple):
        for part in value if depth < _DEEPEST else ():
            yield from _each_text(part, depth + 1)
    elif value is not None:
        yield str(value)


def _is(value: object, word: str) -> bool:
    return str(value).lower() == word if isinstance(value, bool | str) else False


def _moment(value: object) -> datetime | None:
    """A date alone is the beginning of that day. Without a zone it is TIME_ZONE's."""
    try:
        if isinstance(value, str):
            value = parse_datetime(value) or parse_date(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time.min)
        if not isinstance(value, datetime):
            return None
        return value if timezone.is_aware(value) else timezone.make_aware(value)
    except (ValueError, OverflowError):
        return None


def split(text: str) -> tuple[dict[str, object], str]:
    """The fields, by names in lower case, and the text below them.

    A text between two lines that is no field is text. Raises ImportProblem with the line.
    """
    if found := _TOML.match(text):
        return _named(_toml(found[1])), text[found.end() :]
    found = _YAML.match(text)
    if not found or not _IS_FIELD.match(found[1]):
        return {}, text
    fields = _yaml(found[1])
    if not isinstance(fields, dict):
        return {}, text
    return _named(fields), text[found.end() :]


def _yaml(block: str) -> object:
    try:
        return yaml.safe_load(block)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 2 if mark else 1
        raise ImportProblem(f"Its front matter is no YAML: line {line}: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportProblem(f"Its front matter is no YAML: {error}.") from None


def _toml(block: str) -> dict[str, object]:
    try:
        return tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ImportProblem(f"Its front matter is no TOML: {error}.") from None


def _named(fields: dict[object, object] | dict[str, object]) -> dict[str, object]:
    return {str(name).lower(): value for name, value in fields.items()}
