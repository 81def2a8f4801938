"""Shared pages on a real PostgreSQL against a model: processes, open transactions, times, losses in any order.

No page that a process gives out is older than what was committed before it was asked for, as long as its feed hears.
With SHARED_PAGE_STEPS=10000 in the environment it goes so many steps, other ones each time.
"""

import json
import os
import time
from contextlib import contextmanager
from unittest import mock
from uuid import uuid4

import brotli
import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, note, settings, stateful
from hypothesis import strategies as st

from config.web.cache import kept_values, shared_pages
from config.web.cache.change_feed import CHANNEL, ChangeFeed, listen_to_database
from config.web.cache.deadlines import Deadlines
from config.web.cache.kept_values import kept
from config.web.cache.page_cache import PageCache
from tests.clock import Clock
from tests.config.wsgi import get

TAGS = ("a", "b", "menu")
PATHS = {"/a": ("a", "menu"), "/b": ("b", "menu"), "/ab": ("a", "b", "menu")}
PROCESSES = EDITORS = (0, 1)
STEPS = 30


class Feed(ChangeFeed):
    """Its messages may be on their way for long."""

    is_late = False

    def catch_up(self):
        return self.count if self.is_late else super().catch_up()


class Process:
    def __init__(self, machine):
        self.feed = Feed()
        self.deadlines = Deadlines(next_due, look_back=24 * 3600)
        self.machine = machine
        self.cache = PageCache(
            self.site,
            feed=self.feed,
            deadlines=self.deadlines,
            is_public=lambda path: True,
            shares=True,
        )
        self.shared = self.cache.shared
        self.shared._thread = "none: the test stores"
        hear = self.shared._hear
        self.shared._hear = lambda cursor: self.amid("batch", lambda: hear(cursor))
        self.feed.catch_up()
        self.values = {}

    @property
    def hears(self):
        return self.feed.listening and not self.feed.is_late

    def amid(self, what, act):
        """Something happens before and after a step."""
        self.machine.happen(what)
        result = act()
        self.machine.happen(what)
        return result

    def site(self, environ, start_response):
        tags = PATHS[environ["PATH_INFO"]]
        shown = {}
        for tag in tags:
            self.machine.happen("page")
            shown[tag] = (
                kept("menu", lambda: version("menu"), "menu") if tag == "menu" else version(tag)
            )
        own = " ".join(tag for tag in tags if tag != "menu")
        start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Tag", own)])
        return [json.dumps(shown).encode()]

    @contextmanager
    def at_work(self):
        """Kept values belong to a process."""
        with mock.patch.multiple(
            kept_values, _values=self.values, _follows=(self.feed, self.deadlines)
        ):
            yield

    def hear_all(self):
        mark = f"mark-{uuid4().hex}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, mark])
        while mark not in self.feed._last:
            self.feed.catch_up()
        self.feed._last.pop(mark)


def query(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() if cursor.description else None


def version(tag):
    """What a page shows of a tag now: its changes, and the times of it that have come."""
    return query("SELECT count(*) FROM states WHERE tag = %s AND at <= %s", tag, time.time())[0]


def next_due(after):
    row = query(
        "SELECT at, array_agg(tag) FROM states WHERE at > %s GROUP BY at ORDER BY at LIMIT 1", after
    )
    return row or (float("inf"), [])


class SharedPagesMachine(stateful.RuleBasedStateMachine):
    clock: Clock
    hits = stored = 0

    def __init__(self):
        super().__init__()
        query("TRUNCATE states, web_shared_page, web_shared_change, web_shared_floor")
        parameters = connection.get_connection_params() | {"cursor_factory": None}
        self.editors = [psycopg.connect(**parameters) for _editor in EDITORS]
        self.processes = [Process(self) for _process in PROCESSES]
        self.coming = {"page": [], "batch": []}

    def teardown(self):
        for editor in self.editors:
            editor.close()
        for process in self.processes:
            type(self).hits += process.cache.shared_hits
            type(self).stored += process.shared.stored
            process.feed.close()

    # What editors do, at once or amid the making of a page or the storing of a batch

    def happen(self, what):
        if self.coming[what]:
            act, *given = self.coming[what].pop(0)
            note(f"amid a {what}: {act} {given}")
            getattr(self, act)(*given)

    def change(self, editor, tag, later):
        """Of one transaction, which goes on."""
        at = time.time() + later if later else 0
        told = [f"{tag}@{at}", "deadlines"] if later else [tag]
        self.editors[editor].execute("INSERT INTO states (tag, at) VALUES (%s, %s)", [tag, at])
        self.editors[editor].execute("SELECT web_tell_changes(%s)", [told])

    def change_everything(self, editor):
        for tag in TAGS:
            self.editors[editor].execute("INSERT INTO states (tag, at) VALUES (%s, 0)", [tag])
        self.editors[editor].execute("SELECT web_tell_changes(%s)", [[str(n) for n in range(101)]])

    def change_at_once(self, editor, tag, later):
        self.change(editor, tag, later)
        self.commit(editor)

    def commit(self, editor):
        self.editors[editor].commit()

    def roll_back(self, editor):
        self.editors[editor].rollback()

    def pass_time(self, seconds):
        self.clock.shift(seconds=seconds)

    def crash(self):
        """PostgreSQL ends all transactions, and empties unlogged tables."""
        for editor in self.editors:
            editor.rollback()
        query("TRUNCATE web_shared_page, web_shared_change, web_shared_floor")

    def prune(self):
        query("UPDATE web_shared_floor SET next_at = 0")
        shared_pages.forget_shared_pages()

    acts = st.one_of(
        st.tuples(
            st.just("change"),
            st.sampled_from(EDITORS),
            st.sampled_from(TAGS),
            st.sampled_from([0, 0, 0, 5, 60]),
        ),
        st.tuples(
            st.just("change_at_once"),
            st.sampled_from(EDITORS),
            st.sampled_from(TAGS),
            st.sampled_from([0, 0, 5, 60]),
        ),
        st.tuples(st.just("commit"), st.sampled_from(EDITORS)),
        st.tuples(st.just("roll_back"), st.sampled_from(EDITORS)),
        st.tuples(st.just("change_everything"), st.sampled_from(EDITORS)),
        st.tuples(st.just("pass_time"), st.sampled_from([1, 5, 60])),
        st.tuples(st.just("prune")),
        st.tuples(st.just("crash")),
    )

    @stateful.rule(act=acts)
    def edit(self, act):
        getattr(self, act[0])(*act[1:])

    @stateful.rule(act=acts, what=st.sampled_from(["page", "batch"]))
    def edit_amid(self, act, what):
        self.coming[what].append(act)

    # What processes do

    processes_ = st.sampled_from(PROCESSES)
    seldom = st.sampled_from([True, False, False, False])

    @stateful.rule(number=processes_, path=st.sampled_from(sorted(PATHS)))
    def read(self, number, path):
        process = self.processes[number]
        heard = process.hears
        if heard:
            process.hear_all()
        with process.at_work():
            least = {tag: version(tag) for tag in PATHS[path]}
            made_here = process.cache.misses
            answer = get(process.cache, path, accept_encoding="br")
        assert answer.status == 200
        if heard:
            shown = json.loads(brotli.decompress(answer.body))
            made = "made" if process.cache.misses > made_here else "kept"
            assert all(shown[tag] >= least[tag] for tag in least), f"{made}: {shown}, not {least}"

    @stateful.rule(number=processes_)
    def read_all_after_eviction(self, number):
        self.evict(number)
        for path in PATHS:
            self.read(number, path)

    @stateful.rule(number=processes_, seldom=seldom)
    def make_all_and_store(self, number, seldom):
        self.read_all_after_eviction(number)
        self.store(number)
        if not seldom:
            for other in PROCESSES:
                self.read_all_after_eviction(other)

    @stateful.rule(number=processes_)
    def store(self, number):
        process = self.processes[number]
        seconds = 300 if process.hears else 0
        with process.at_work(), mock.patch.object(shared_pages, "HEARD_SECONDS", seconds):
            process.shared.store_batch()

    @stateful.rule(number=processes_)
    def evict(self, number):
        store = self.processes[number].cache.store
        most, store.most_bytes = store.most_bytes, 0
        with store._lock:
            store._evict()
        store.most_bytes = most
        assert store.bytes == 0

    @stateful.rule(number=processes_)
    def restart(self, number):
        self.processes[number].feed.close()
        self.processes[number] = Process(self)

    @stateful.rule(number=processes_, seldom=seldom)
    def be_late_or_in_time(self, number, seldom):
        self.processes[number].feed.is_late = seldom

    @stateful.rule(
        number=processes_,
        editor=st.sampled_from(EDITORS),
        tag=st.sampled_from(TAGS),
        is_open=st.booleans(),
    )
    def store_while_changes_are_on_their_way(self, number, editor, tag, is_open):
        """The transaction may have been open before, and end before the batch or amid it."""
        if is_open:
            self.change(editor, tag, 0)
        self.read_all_after_eviction(number)
        self.processes[number].feed.is_late = True
        self.commit(editor) if is_open else self.change_at_once(editor, tag, 0)
        self.store(number)
        self.processes[number].feed.is_late = False
        for other in PROCESSES:
            self.read_all_after_eviction(other)

    @stateful.rule(number=processes_, seldom=seldom)
    def lose_the_line_or_hear_again(self, number, seldom):
        feed = self.processes[number].feed
        with feed._lock:
            if seldom and feed.listening:
                feed._hang_up()
            elif not seldom and not feed.listening:
                feed._attach(listen_to_database())


@pytest.mark.django_db(transaction=True)
def test_no_shared_page_is_old(clock, monkeypatch):
    wanted = int(os.environ.get("SHARED_PAGE_STEPS", "0"))
    monkeypatch.setattr(shared_pages, "build_name", lambda: "build")
    monkeypatch.setattr(SharedPagesMachine, "clock", clock, raising=False)
    query("CREATE TABLE states (tag text, at double precision)")
    chosen = settings(
        max_examples=wanted // STEPS or 8, stateful_step_count=STEPS, deadline=None, database=None,
        derandomize=not wanted, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        stateful.run_state_machine_as_test(SharedPagesMachine, settings=chosen)
    finally:
        query("DROP TABLE states")

    assert SharedPagesMachine.stored > 0
    assert SharedPagesMachine.hits > 0
