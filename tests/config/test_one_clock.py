"""Tests tell the same on any day: one clock for fixtures and tests, and no sleeping (tests/clock.py)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
# From 2021 to 2089: on which side of the present such a day lies depends on when the tests run.
NEAR_YEAR = re.compile(r"20(2[1-9]|[3-8]\d)")
ISO_DATE = re.compile(rf"{NEAR_YEAR.pattern}-\d\d")
CLOCKS = re.compile(
    r"time_machine|freezegun|[\"']?\b(timezone|time|datetime)[\"']?[.,] ?[\"']?(now|time|today)\b"
)
MAY_SLEEP = {
    "tests/waiting.py": "looks again and again until its deadline",
    "tests/config/counted_site.py": "a page that takes long",
    "tests/config/loopback_sites.py": "a server that goes on after its answer has arrived",
    "tests/newsletter/smtp_sink.py": "a mail server that is slow to answer",
    "tests/config/test_mail_smtp.py": "a mail server that is slow to answer",
    "tests/config/test_web_worker.py": "clients that are slow on purpose",
}
MAY_MEASURE = {
    "tests/effort.py": "measures again until a promise is seen to be kept",
    "tests/waiting.py": "a deadline for what never comes, and a clock without a busy machine's part",
    "tests/mutants.py": "how long a mutant may run",
    "tests/config/test_web_worker.py": "how long a client goes on",
}
COMPARES_BOTH = "config/doctor/of_database.py"  # and says how far they are apart
DATABASE_CLOCK = re.compile(
    r"(?<![.\w])now\(\)|\b(current_timestamp|clock_timestamp|statement_timestamp|current_date|localtimestamp)\b"
    r"|db_default=Now|models\.functions import .*\bNow\b",
    re.IGNORECASE,
)


@cache
def modules() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for path in sorted((ROOT / "tests").rglob("*.py"))
    }


def travels_alone(tree: ast.AST) -> Iterator[int]:
    """The lines on which a test moves or replaces the clock without tests/clock.py."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                wrong = any(name.name in {"time_machine", "freezegun"} for name in names)
            case ast.ImportFrom(module=module):
                wrong = module in {"time_machine", "freezegun"}
            case ast.arg(arg=name):
                wrong = name == "time_machine"
            case ast.Call(func=ast.Attribute(attr="setattr" | "patch" | "object")):
                wrong = bool(CLOCKS.search(", ".join(ast.unparse(part) for part in node.args)))
            case _:
                wrong = False
        if wrong:
            yield node.lineno


def has_a_day(node: ast.AST) -> bool:
    return "pytest.mark.day(" in ast.unparse(node)


def literal_dates(tree: ast.Module) -> Iterator[int]:
    """The lines that name a day near the present in a test that takes place at any time."""
    if any(isinstance(node, ast.Assign) and has_a_day(node) for node in tree.body):
        return
    on_a_day = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and any(map(has_a_day, node.decorator_list))
        for inner in ast.walk(node)
    }
    for node in set(ast.walk(tree)) - on_a_day:
        match node:
            case ast.Call(
                func=ast.Name(id="date" | "datetime"), args=[ast.Constant(value=int(year)), *_]
            ):
                wrong = bool(NEAR_YEAR.fullmatch(str(year)))
            case ast.Constant(value=str(text)):
                wrong = bool(ISO_DATE.match(text))
            case _:
                wrong = False
        if wrong:
            yield node.lineno


def sleeps(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        # A topic may be called so, too: site.sleep.
        if isinstance(node, ast.Attribute) and (
            node.attr in {"wait_for_timeout", "Timer"}
            or (node.attr == "sleep" and ast.unparse(node.value) in {"time", "asyncio"})
        ):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for name in node.names if name.name == "sleep")


def stopwatches(tree: ast.AST) -> Iterator[int]:
    """The lines that measure time themselves: a bound of seconds fails on a busy machine."""
    clocks = {"thread_time", "process_time", "perf_counter", "monotonic"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "time":
            yield from [node.lineno] if node.attr.removesuffix("_ns") in clocks else []
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for name in node.names if name.name in clocks)


def without_ours(source: str) -> str:
    """The module without calls of `now` in compiled querysets, which is the application's clock."""
    is_ours = re.search(
        r"^(def now\(|from config.web.database.compiled import .*\bnow\b)", source, re.M
    )
    return re.sub(r"\bnow\(\)", "", source) if is_ours else source


def found(rule, *, but=()) -> list[str]:
    return [
        f"{path}:{line}"
        for path, tree in modules().items()
        if path not in but
        for line in sorted(rule(tree))
    ]


def test_tests_travel_by_the_one_clock():
    assert found(travels_alone, but={"tests/clock.py"}) == []


def test_days_near_the_present_stand_only_in_tests_that_are_on_a_day():
    assert found(literal_dates, but={"tests/clock.py", "tests/config/test_one_clock.py"}) == []


def test_tests_wait_for_what_happens_and_never_for_a_time():
    assert found(sleeps, but=MAY_SLEEP) == []


def test_tests_measure_work_in_one_way():
    assert found(stopwatches, but=MAY_MEASURE) == []


def test_rows_are_compared_with_the_clock_of_the_application_not_of_the_database():
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("articles", "comments", "newsletter", "config")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(without_ours(path.read_text()).splitlines(), 1)
        if DATABASE_CLOCK.search(line)
    ]

    assert [place for place in wrong if not place.startswith(COMPARES_BOTH)] == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (travels_alone, "import time_machine"),
        (travels_alone, "from time_machine import travel"),
        (travels_alone, "def test_it(db, time_machine): pass"),
        (travels_alone, "monkeypatch.setattr(timezone, 'now', lambda: NOON)"),
        (travels_alone, "monkeypatch.setattr('django.utils.timezone.now', lambda: NOON)"),
        (travels_alone, "mock.patch('time.time')"),
        (literal_dates, "NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)"),
        (literal_dates, "def test_it(): row.published_at = '2026-11-21T12:00Z'"),
        (literal_dates, "def test_it():\n    assert row.day == date(2026, 11, 21)"),
        (sleeps, "time.sleep(1)"),
        (sleeps, "from time import sleep"),
        (sleeps, "threading.Timer(0.3, event.set)"),
        (sleeps, "page.wait_for_timeout(100)"),
        (stopwatches, "started = time.monotonic()"),
        (stopwatches, "from time import perf_counter"),
    ],
)
def test_each_rule_finds_what_it_forbids(rule, code):
    assert list(rule(ast.parse(code))) != []


@pytest.mark.parametrize(
    "code",
    [
        "pytestmark = [pytest.mark.django_db, pytest.mark.day('2026-11-21')]\nNOON = datetime(2026, 11, 21)",
        "@pytest.mark.day('2026-11-21')\ndef test_it(): assert date(2026, 11, 21)",
        "FAR = date(2099, 1, 1)",
    ],
)
def test_days_of_tests_that_are_on_a_day_are_no_fault(code):
    assert list(literal_dates(ast.parse(code))) == []
