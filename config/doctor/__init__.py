"""Checks of a running or planned installation, for `manage.py doctor`.

Each check is a function without arguments that returns what it found. None changes anything, and
none waits longer than some seconds.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    GOOD = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it."""

    level: Level
    said: str
    advice: str = ""


def good(said: str) -> list[Finding]:
    return [Finding(Level.GOOD, said)]


def warning(said: str, advice: str) -> list[Finding]:
    return [Finding(Level.WARNING, said, advice)]


def error(said: str, advice: str) -> list[Finding]:
    return [Finding(Level.ERROR, said, advice)]
