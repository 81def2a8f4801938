"""How the code is built: `uv run python benchmarks/house.py [--requests]`.

Counts what makes code hard to follow: functions that are used once, circles of imports, long lines; with `--requests`
also the modules that a request passes, on a scratch site. `tests/config/test_architecture.py` holds the limits.
"""

import argparse
import ast
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpResponse

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "articles", "comments", "newsletter")
LINE_LENGTH = 100
SPLINTER_LINES = 3
TEMPLATE_LINE_LENGTH = 200
# Models know their querysets, and a queryset names its model.
_MODELS_AND_QUERYSETS = re.compile(r"(\.|_)(models|querysets)(\.|$)")


def modules(*packages: str) -> Iterator[Path]:
    """Files of the application's own code, without migrations."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@dataclass
class Functions:
    all: int = 0
    used_once: list[str] = field(default_factory=list)
    # Of these, the ones of up to three lines that are called there, not kept or passed as a value.
    splinters: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return len(self.used_once) / self.all


def functions() -> Functions:
    """All functions, and the private ones that their file uses in one place."""
    found = Functions()
    for path in modules():
        uses: Counter[str] = Counter()
        called: set[str] = set()
        made: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                uses[last_name(node)] += 1
            elif isinstance(node, ast.Call):
                called.add(last_name(node.func))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                made.append(node)
        found.all += len(made)
        for function in made:
            name = function.name
            if name.startswith("_") and not name.endswith("__") and uses[name] == 1:
                found.used_once.append(f"{name_of(path)}.{name}")
                is_plain = name in called and not function.decorator_list
                if is_plain and lines_of_body(function) <= SPLINTER_LINES:
                    found.splinters.append(found.used_once[-1])
    return found


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`; "" for what has no name."""
    return getattr(node, "attr", "") or getattr(node, "id", "")


def lines_of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def imports() -> dict[str, set[str]]:
    """Which of our modules each module imports, also inside functions and for types."""
    ours = {name_of(path) for path in modules()}
    found: dict[str, set[str]] = {}
    for path in modules():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    names.add(inner if inner in ours else node.module)
        found[name_of(path)] = (names & ours) - {name_of(path)}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other, directly or by others (strongly connected components)."""
    reached: dict[str, set[str]] = {}
    for name in graph:
        seen, waiting = set(), [name]
        while waiting:
            for other in graph[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        reached[name] = seen
    together = {
        frozenset(other for other in reached[name] if name in reached[other]) | {name}
        for name in graph
        if name in reached[name]
    }
    return sorted(sorted(circle) for circle in together)


def forbidden_circles() -> list[list[str]]:
    """Circles with anything in them but models and their querysets."""
    return [
        circle
        for circle in circles(imports())
        if not all(_MODELS_AND_QUERYSETS.search(name) for name in circle)
    ]


def long_code_lines() -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LINE_LENGTH
    ]


def long_template_lines() -> tuple[int, int]:
    """How many lines of templates are too long, and how many there are."""
    lines = [
        line
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in {".html", ".txt"}
        for line in path.read_text().splitlines()
    ]
    return sum(len(line) > TEMPLATE_LINE_LENGTH for line in lines), len(lines)


def long_functions(most: int) -> list[str]:
    """Functions with more lines than this, docstring and signature included."""
    return [
        f"{name_of(path)}.{node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > most
    ]


def unformatted() -> int:
    return sum(path.read_text().count("# fmt: skip") for path in modules())


def lines_of(paths: Iterator[Path]) -> str:
    """How many files, and how many lines they have."""
    sizes = [len(path.read_text().splitlines()) for path in paths]
    return f"{len(sizes)}, {sum(sizes)}"


@dataclass
class Way:
    """Our modules that a request passes, and the calls that lead from one of them to another."""

    modules: set[str] = field(default_factory=set)
    calls: int = 0


def way_of(request: Callable[[], Any]) -> Way:
    """Follow the calls of one request. Templates are data: they and their nodes do not count."""
    way = Way()
    known: dict[str, str] = defaultdict(str)
    for path in modules():
        known[str(path)] = name_of(path)
    del known[str(ROOT / "config/web/template_parts.py")]

    def look(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        name = known[frame.f_code.co_filename]
        if not name or frame.f_code.co_name == "<module>":
            return
        way.modules.add(name)
        caller = frame.f_back
        while caller is not None and not known[caller.f_code.co_filename]:
            caller = caller.f_back
        way.calls += caller is None or known[caller.f_code.co_filename] != name

    sys.setprofile(look)
    try:
        request()
    finally:
        sys.setprofile(None)
    return way


def table(*, with_requests: bool) -> list[tuple[str, object]]:
    found = functions()
    long, template_lines = long_template_lines()
    migrations = (
        path for package in PACKAGES for path in (ROOT / package).rglob("migrations/0*.py")
    )
    rows: list[tuple[str, object]] = [
        ("files and lines of code", lines_of(modules())),
        (
            "private functions used once in their file",
            f"{len(found.used_once)} of {found.all} ({found.share:.1%})",
        ),
        (f"  … of up to {SPLINTER_LINES} lines, called in one place", len(found.splinters)),
        ("modules in circles of imports", sum(map(len, circles(imports())))),
        ("  … other than models and their querysets", sum(map(len, forbidden_circles()))),
        ("`# fmt: skip`", unformatted()),
        (f"template lines over {TEMPLATE_LINE_LENGTH} characters", f"{long} of {template_lines}"),
        (f"code lines over {LINE_LENGTH} characters", len(long_code_lines())),
        ("files and lines of migrations", lines_of(migrations)),
    ]
    return rows + (_requests() if with_requests else [])


def _requests() -> list[tuple[str, object]]:
    from scratch_site import scratch_site

    with tempfile.TemporaryDirectory(prefix="colophon-") as folder:
        Path(folder).chmod(0o755)
        with scratch_site(Path(folder), durable=False):
            return _measured_requests()


def _measured_requests() -> list[tuple[str, object]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    import config.wsgi  # noqa: F401 - from now on values are kept as in a process that serves
    from tests import factories
    from tests.comments.sending import send

    article = factories.published_article()
    for number in range(3):
        factories.approved_comment(article, body=f"Comment {number}")
    client = Client()

    def read() -> None:
        expect(client.get(article.get_absolute_url()), 200)

    def comment(body: str) -> None:
        expect(send(client, article, body=body), 303)

    def expect(response: "HttpResponse", status: int) -> None:
        if response.status_code != status:
            raise SystemExit(f"{response.status_code} instead of {status}")

    read()
    reading = way_of(read)
    comment("The first.")
    sending = way_of(lambda: comment("The second, that says something else."))
    with CaptureQueriesContext(connection) as queries:
        comment("The third one, with a few more words of its own.")
    return [
        ("article: modules, calls between them", f"{len(reading.modules)}, {reading.calls}"),
        ("comment's POST: modules, queries", f"{len(sending.modules)}, {len(queries)}"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", action="store_true")
    options = parser.parse_args()
    for label, figure in table(with_requests=options.requests):
        print(f"{label:55} {figure}")  # noqa: T201 - a script talks to its caller
