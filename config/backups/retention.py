"""Names of backups by their time, and which ones are kept."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings

from config.backups import BackupError
from config.backups.places import Place
from config.environment_urls import host_of

_STAMP = "%Y%m%dT%H%M%SZ"
# Two backups with the same of these are of one day, week, month.
_PERIODS = {"d": "%Y-%m-%d", "w": "%G-%V", "m": "%Y-%m"}
_PART = re.compile(r"([1-9]\d{0,3})([dwm])")


def name_of(moment: datetime) -> str:
    """Such as `magazine.example-20261129T030000Z.tar`."""
    return f"{_site()}-{moment.astimezone(UTC):{_STAMP}}.tar"


def _site() -> str:
    return host_of(settings.SITE_URL).strip("[]").replace(":", "-")


def time_of(path: Place) -> datetime | None:
    """When a backup of this site was made, None for any other file."""
    stamp = path.name.removeprefix(f"{_site()}-").removesuffix(".tar")
    try:
        moment = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if path.name == name_of(moment) else None


def newest_in(folder: Place) -> Place:
    """The newest backup of this site. Raises BackupError when there is none, and OSError."""
    backups: list[Any] = [(made, path) for path in folder.iterdir() if (made := time_of(path))]
    if not backups:
        raise BackupError(f"There is no backup of {_site()} in {folder}.")
    return cast(Place, max(backups)[1])


def read_keep(text: str) -> dict[str, int]:
    """`7d,4w,12m` as {"d": 7, "w": 4, "m": 12}. Raises BackupError."""
    keep: dict[str, int] = {}
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if not found or found[2] in keep:
            raise BackupError(f"--keep {text!r}: write days, weeks and months, such as 7d,4w,12m.")
        keep[found[2]] = int(found[1])
    return keep


def to_remove(paths: Iterable[Place], keep: dict[str, int]) -> list[Place]:
    """The backups of this site that no rule of `keep` asks for, the oldest first.

    `7d` keeps the newest one of each of the last seven days that have any: when no backup was made
    for a month, nothing goes. Other files are never named.
    """
    backups: list[Any] = [(made, path) for path in paths if (made := time_of(path))]
    backups.sort(reverse=True)
    kept: set[Place] = set()
    for period, number in keep.items():
        newest: dict[str, Place] = {}
        for made, path in backups:
            newest.setdefault(f"{made:{_PERIODS[period]}}", path)
        kept.update(list(newest.values())[:number])
    return [path for _made, path in reversed(backups) if path not in kept]
