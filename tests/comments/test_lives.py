"""The life of comments: written, edited, decided, undone, reported, withdrawn and erased by several people in any order.

A small model in Python says what must come of it; some act on what they saw before somebody else changed it. The lives
are the same each time, so that none fails by chance; TESTS_EXAMPLES=500 looks at so many others.
"""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip

from comments.models import AlreadyDecided, Comment, Decision, Edit, NotAllowed, Thread, Writer
from comments.moderating.queue.tabs import TABS, counts
from comments.moderating.queue.verbs import VERBS, decide
from comments.reading.thread import read_discussion
from comments.reading.thread_html import thread_html
from comments.writers.privacy import erase
from tests import factories
from tests.clock import stopped

WRITERS = ("Ann", "Bo")
STAFF = ("max", "mo")
GONE = {"rejected", "spam", "removed", "withdrawn"}
# Something in four is seen too late.
LATE = st.sampled_from([False, False, False, True])
PLANS = examples(
    max_examples=int(os.environ.get("TESTS_EXAMPLES", "3")),
    derandomize="TESTS_EXAMPLES" not in os.environ,
    phases=[Phase.generate],  # shortening a life that fails would take minutes
    stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip


def address(writer: str) -> str:
    return f"{writer.lower()}@example.org"


@dataclass
class Known:
    """What the model knows of a comment."""

    pk: int
    writer: str
    name: str
    body: str
    above: "list[Known]"
    status: str = "pending"
    version: int = 1
    # was, became, by whom, whether it is an undo
    log: list[tuple[str, str, str, bool]] = field(default_factory=list)
    decided_at: int = 0
    edits: list[str] = field(default_factory=list)
    # When each report was answered; None while it is open.
    reports: list[int | None] = field(default_factory=list)

    @property
    def is_reported(self) -> bool:
        return None in self.reports

    @property
    def path(self) -> list[int]:
        return [*(comment.pk for comment in self.above), self.pk]

    def become(self, status: str, by: str, now: int, *, is_undo: bool = False) -> None:
        was, self.status = self.status, status
        self.version += 1
        if was != status or is_undo:
            self.note(was, status, by, now, is_undo=is_undo)
        if status in GONE:
            self.answer_reports(now)

    def note(self, was: str, became: str, by: str, now: int, *, is_undo: bool = False) -> None:
        self.log.append((was, became, by, is_undo))
        self.decided_at = now

    def answer_reports(self, now: int) -> None:
        self.reports = [now if at is None else at for at in self.reports]

    def withdraw(self, by: str, now: int) -> None:
        self.become("withdrawn", by, now)
        self.body, self.edits = "", []


class Lives(RuleBasedStateMachine):
    drawn = Bundle("drawn")

    def __init__(self, article, staff):
        super().__init__()
        self.article, self.staff = article, staff
        self.known: dict[int, Known] = {}
        self.numbers, self.now = count(1), 0
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(stopped())
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)

    def teardown(self):
        self.stack.close()

    def next_words(self) -> str:
        """New ones, a second later, so that times tell the order."""
        self.clock.shift(seconds=1)
        self.now += 1
        return f"Words {next(self.numbers)}."

    def as_seen(self, pk: int, late: bool) -> tuple[Comment, Known]:
        known = self.known[pk]
        return Comment.seen(pk, known.version - late), known

    # What people do

    # Few comments, so that much happens to each.
    @precondition(lambda self: len(self.known) < 4)
    @rule(target=drawn, writer=st.sampled_from(WRITERS), answered=st.none() | drawn)
    def write(self, writer, answered):
        words = self.next_words()
        name = f"{writer} ({words})"
        parent = self.known.get(answered)
        if parent is not None and parent.status != "approved":
            parent = None  # readers can answer only what they see
        row = Comment.objects.create(
            article=self.article,
            name=name,
            body=words,
            email=address(writer),
            parent=Comment.objects.get(pk=parent.pk) if parent else None,
        )
        above = [*parent.above, parent] if parent else []
        self.known[row.pk] = Known(row.pk, writer, name, words, above)
        return row.pk

    @rule(pk=drawn, late=LATE, by=st.sampled_from(STAFF), verb=st.sampled_from(sorted(VERBS)))
    def decide(self, pk, late, by, verb):
        self.act(pk, verb, by, late=late)

    @rule(pk=drawn)
    def take_back(self, pk):
        """By the one who did the last thing."""
        known = self.known.get(pk)
        if known is not None and known.log:
            self.act(pk, "undo", known.log[-1][2] or STAFF[0])

    def act(self, pk, verb, by, *, late=False):
        self.next_words()
        known = self.known.get(pk)
        version = known.version - late if known else 1

        outcome = decide([(pk, version)], VERBS[verb], by=self.staff[by])

        happens = known is not None and not late and getattr(self, f"_{verb}")(known, by)
        assert (list(outcome.done), outcome.left) == (([pk], []) if happens else ([], [pk]))

    def _approve(self, known, by) -> bool:
        if known.status == "withdrawn" or (known.status == "approved" and not known.is_reported):
            return False
        if known.status == "approved":
            known.version += 1
            known.note("approved", "approved", by, self.now)
        else:
            known.become("approved", by, self.now)
        known.answer_reports(self.now)
        return True

    def _reject(self, known, by) -> bool:
        return self._take_away(known, "removed" if known.status == "approved" else "rejected", by)

    def _spam(self, known, by) -> bool:
        return self._take_away(known, "spam", by)

    def _take_away(self, known, status, by) -> bool:
        if known.status in {status, "withdrawn"}:
            return False
        known.become(status, by, self.now)
        return True

    def _undo(self, known, by) -> bool:
        if known.status == "withdrawn" or not known.log:
            return False
        was, became, decided_by, is_undo = known.log[-1]
        if is_undo or (decided_by, became) != (by, known.status):
            return False
        known.reports = [
            None if at is not None and at >= known.decided_at else at for at in known.reports
        ]
        known.become(was, by, self.now, is_undo=True)
        return True

    @rule(pk=drawn, late=LATE, suspicious=st.booleans())
    def edit(self, pk, late, suspicious):
        words = self.next_words()
        if pk not in self.known:
            return
        row, known = self.as_seen(pk, late)
        may = known.status in {"pending", "held", "approved"}
        if late or not may:
            with pytest.raises(AlreadyDecided if may else NotAllowed):
                row.edit(words, by=None, held_for=[])
            return
        row.edit(words, by=None, held_for=[{"code": "links", "detail": "3"}] if suspicious else [])
        known.edits.append(known.body)
        known.body = words
        known.become("held" if suspicious else "pending", "", self.now)

    @rule(pk=drawn, late=LATE, by=st.sampled_from(STAFF))
    def correct(self, pk, late, by):
        words = self.next_words()
        if pk not in self.known or self.known[pk].status == "withdrawn":
            return
        row, known = self.as_seen(pk, late)
        if late:
            with pytest.raises(AlreadyDecided):
                row.edit(words, by=self.staff[by], held_for=[])
            return
        row.edit(words, by=self.staff[by], held_for=[])
        known.edits.append(known.body)
        known.body = words
        known.version += 1

    @rule(pk=drawn, late=LATE)
    def hold(self, pk, late):
        self.next_words()
        if pk not in self.known:
            return
        row, known = self.as_seen(pk, late)
        if late or known.status not in {"pending", "held"}:
            with pytest.raises(AlreadyDecided):
                row.hold(held_for=[])
            return
        row.hold(held_for=[])
        if known.status == "held":
            known.version += 1
        else:
            known.become("held", "", self.now)

    @rule(pk=drawn, late=LATE)
    def withdraw(self, pk, late):
        self.next_words()
        if pk not in self.known:
            return
        row, known = self.as_seen(pk, late)
        if late or known.status == "withdrawn":
            with pytest.raises(NotAllowed if known.status == "withdrawn" else AlreadyDecided):
                row.withdraw()
            return
        row.withdraw()
        known.withdraw("", self.now)

    @rule(pk=drawn)
    def report(self, pk):
        words = self.next_words()
        known = self.known.get(pk)
        if known is not None and known.status == "approved":
            Comment.objects.get(pk=pk).reports.create(reason="other", network=words)
            known.reports.append(None)

    @rule(writer=st.sampled_from(WRITERS), by=st.none() | st.sampled_from(STAFF))
    def erase(self, writer, by):
        self.next_words()

        erase(address(writer), by=self.staff.get(by))

        answered = {above.pk for known in self.known.values() for above in known.above}
        for known in [known for known in self.known.values() if known.writer == writer]:
            if known.status in {"pending", "held"} and not known.log and known.pk not in answered:
                del self.known[known.pk]
            elif known.status != "withdrawn":
                known.withdraw(by or "", self.now)
            known.writer = ""

    # What must be so after each step

    def approved_below(self, known) -> int:
        return sum(
            other.status == "approved" and known in other.above for other in self.known.values()
        )

    @invariant()
    def rows_are_what_was_done(self):
        rows = Comment.objects.values_list("pk", "status", "version", "body", "shown_replies")

        assert {row[0]: row[1:] for row in rows} == {
            known.pk: (known.status, known.version, known.body, self.approved_below(known))
            for known in self.known.values()
        }

    @invariant()
    def log_tells_everything(self):
        told = {pk: ([], []) for pk in self.known}
        for pk, *line in Decision.objects.order_by("at", "pk").values_list(
            "comment", "was", "became", "by__username", "is_undo"
        ):
            told[pk][0].append((*line[:2], line[2] or "", line[3]))
        for pk, was in Edit.objects.order_by("at", "pk").values_list("comment", "was"):
            told[pk][1].append(was)

        assert told == {pk: (known.log, known.edits) for pk, known in self.known.items()}

    @invariant()
    def readers_see_what_is_approved_and_nothing_else(self):
        discussion = read_discussion(self.article)
        html = thread_html(discussion, self.article) if discussion.entries else ""
        approved = {known.pk for known in self.known.values() if known.status == "approved"}
        standing = [
            known for known in sorted(self.known.values(), key=lambda known: known.path)
            if known.pk in approved or self.approved_below(known)
        ]  # fmt: skip

        assert discussion.count == len(approved)
        assert [entry.pk for entry in discussion.entries] == [known.pk for known in standing]
        for known in self.known.values():
            named = known in standing and known.status not in {"withdrawn", "spam"}
            assert (f'"comment-{known.pk}"' in html) == (known in standing)
            assert (f">{known.body}<" in html) == (known.pk in approved)
            assert (known.name in html) == named

    @invariant()
    def each_tab_of_the_queue_holds_its_own(self):
        rows, counted = Comment.objects.in_bulk(), counts()
        for name in counted:
            own = {
                known.pk for known in self.known.values()
                if (known.is_reported if name == "reported" else known.status == name)
            }  # fmt: skip
            assert counted[name] == len(own)
            assert own == {
                pk for pk, row in rows.items()
                if TABS[name].holds(row, reported=self.known[pk].is_reported)
            }  # fmt: skip
        reported = TABS["reported"].in_order().values_list("pk", flat=True)
        assert {pk for pk, known in self.known.items() if known.is_reported} == set(reported)

    @invariant()
    def counts_of_threads_and_writers_are_right(self):
        own = {writer: [] for writer in (*WRITERS, "")}
        for known in self.known.values():
            own[known.writer].append(known.status)
        rows = Writer.objects.values_list("email", "approved", "rejected", "spam")
        counted = {email: numbers for email, *numbers in rows}
        for writer in WRITERS:
            assert counted.get(address(writer), [0, 0, 0]) == [
                own[writer].count("approved"),
                own[writer].count("rejected") + own[writer].count("removed"),
                own[writer].count("spam"),
            ]
        assert "" not in counted
        shown = Thread.objects.filter(article=self.article).values_list("shown", flat=True).first()
        assert (shown or 0) == sum(statuses.count("approved") for statuses in own.values())


@pytest.mark.long
@pytest.mark.django_db
def test_lives_of_comments_go_as_the_model_says():
    article = factories.published_article()
    staff = {name: factories.user(name, group="Moderator") for name in STAFF}

    run_state_machine_as_test(lambda: Lives(article, staff), settings=PLANS)
