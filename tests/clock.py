"""pytest plugin: the clock of the tests, one for fixtures, tests and what they call.

Tests travel through this module alone, and count from now or set the day before their first fixture makes a row:

- `with after(days=3):` and `with ago(seconds=30):` are counted from now;
- with the fixture `clock` time stands still and goes on by `clock.shift(minutes=2)`, never back;
- `@pytest.mark.day("2026-11-21T12:00")` puts a whole test, its fixtures included, at that moment (UTC, or as the text
  says), where time stands still, with the site in UTC.

`--clock=+400` runs everything 400 days later, `--clock=2027-12-31T23:59:59.9` begins each test at that moment: for faults
that wait for a day, midnight, or the end of a month. Tests of other processes, which have clocks of their own, are left
out then: they carry the mark `real_clock`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

_session = ExitStack()
_ticks = True


class Clock:
    """A clock that was stopped, and that the test moves on."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def shift(self, by: timedelta = timedelta(0), **time: float) -> None:
        self.move_to(datetime.now(UTC) + by + timedelta(**time))

    def move_to(self, moment: datetime) -> None:
        assert moment >= datetime.now(UTC), (
            "rows of this test would come from the future: use ago()"
        )
        self._traveller.move_to(moment)


def after(by: timedelta = timedelta(0), **time: float) -> AbstractContextManager[Clock]:
    """So much later inside the block: `after(days=3)`, `after(LEASE)`. A clock that stands goes on standing."""
    return _travel(datetime.now(UTC) + by + timedelta(**time), ticks=_ticks)


def ago(by: timedelta = timedelta(0), **time: float) -> AbstractContextManager[Clock]:
    """So much earlier inside the block."""
    return after(-by - timedelta(**time))


def stopped() -> AbstractContextManager[Clock]:
    """Time stands still inside the block, and goes on by `shift`."""
    return _travel(datetime.now(UTC), ticks=False)


@contextmanager
def _travel(moment: datetime, *, ticks: bool) -> Iterator[Clock]:
    global _ticks
    before, _ticks = _ticks, ticks
    try:
        with time_machine.travel(moment, tick=ticks) as traveller:
            yield Clock(traveller)
    finally:
        _ticks = before


@pytest.fixture(autouse=True)
def _day(request: pytest.FixtureRequest) -> Iterator[None]:
    mark = request.node.get_closest_marker("day")
    wanted = request.config.getoption("--clock")
    if mark:
        request.getfixturevalue("settings").TIME_ZONE = "UTC"
        with _travel(datetime_of(*mark.args), ticks=False):
            yield
    elif wanted and not wanted.startswith("+"):
        with _travel(datetime_of(wanted), ticks=True):
            yield
    else:
        yield


@pytest.fixture
def clock(_day: None) -> Iterator[Clock]:
    with stopped() as clock:
        yield clock


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clock", metavar="+DAYS|MOMENT", help="run the tests at another time")


def pytest_configure(config: pytest.Config) -> None:
    # Before the test modules are read: they may ask what time it is, too.
    wanted = config.getoption("--clock")
    if wanted and wanted.startswith("+"):
        _session.enter_context(after(days=float(wanted)))
    elif wanted:
        _session.enter_context(time_machine.travel(datetime_of(wanted)))


def pytest_unconfigure(config: pytest.Config) -> None:
    _session.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--clock"):
        left_out = [item for item in items if item.get_closest_marker("real_clock")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def datetime_of(text: str) -> datetime:
    """A moment in ISO 8601; UTC where the text says nothing else."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
