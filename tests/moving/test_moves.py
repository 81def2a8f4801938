"""Imports and exports of the desk: one at a time, in a process of its own, and again after a kill."""

import os
import threading
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.conf import settings as live
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.utils import timezone

from config.moving import running
from config.moving.import_form import KINDS
from config.moving.moves import KEPT_FOR, LEASE, MOST_TRIES, Move, folder
from config.moving.running import run_due_move
from config.moving.tasks import forget_moves
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(running, "_LOOK_SECONDS", 0.05)
    folder().mkdir(parents=True)
    return folder()


def asked(direction="out", **fields):
    return Move.objects.create(direction=direction, **fields)


def running_one(**fields):
    fields.setdefault("seen_at", timezone.now())
    return asked(status="running", tries=1, **fields)


def state(move):
    move.refresh_from_db()
    return move.status


# One at a time


def test_oldest_begins_first():
    later = asked(asked_at=timezone.now())
    first = asked(asked_at=timezone.now() - timedelta(hours=1))

    assert Move.objects.claim() == first
    assert state(later) == "waiting"


def test_second_waits_while_one_runs():
    running_one()
    second = asked()

    assert Move.objects.claim() is None
    assert state(second) == "waiting"


def test_one_whose_worker_is_gone_goes_on():
    left = running_one(seen_at=timezone.now() - LEASE - timedelta(seconds=1))

    assert Move.objects.claim() == left
    assert (state(left), left.tries) == ("running", 2)


def test_one_that_is_interrupted_again_and_again_fails():
    left = running_one(seen_at=timezone.now() - 2 * LEASE)
    Move.objects.update(tries=MOST_TRIES)

    assert Move.objects.claim() is None
    assert state(left) == "failed"


def test_worker_that_was_given_up_changes_nothing_more():
    given_up = running_one()
    Move.objects.update(tries=2)  # another worker has it

    assert not given_up.seems_alive("half")
    given_up.end(is_good=True, progress="")
    given_up.interrupt()

    assert state(given_up) == "running"


# What is run


def commands(monkeypatch, script):
    """Let the worker run this script of Python in the place of the command."""
    start = running.subprocess.Popen

    def instead(words, **options):
        return start([words[0], "-c", script, *words[2:]], **options)

    monkeypatch.setattr(running.subprocess, "Popen", instead)


def test_worker_runs_the_command_and_keeps_what_it_says(monkeypatch):
    commands(monkeypatch, "import sys; print(sys.argv[1:]); print('100 %')")
    move = asked("in", kind="wordpress", is_dry_run=True, options=["--publish"])

    run_due_move(threading.Event())

    words = ["import_from", "wordpress", str(move.upload), "--report", str(move.table)]
    assert (state(move), move.progress) == ("done", "100 %")
    assert move.said.read_text() == f"{[*words, '--publish', '--dry-run']}\n100 %\n"


def test_command_that_fails_is_told(monkeypatch):
    commands(monkeypatch, "import sys; sys.exit('CommandError: no XML')")
    move = asked()

    run_due_move(threading.Event())

    assert (state(move), move.progress) == ("failed", "CommandError: no XML")


def test_killed_command_begins_anew(monkeypatch):
    commands(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    move = asked()

    for expected in ["waiting"] * (MOST_TRIES - 1) + ["failed"]:
        run_due_move(threading.Event())
        assert state(move) == expected


def test_worker_that_stops_takes_the_command_along(monkeypatch):
    commands(monkeypatch, "import time; time.sleep(600)")
    stopping = threading.Event()
    stopping.set()
    move = asked()

    run_due_move(stopping)

    assert state(move) == "waiting"


def test_words_are_those_of_the_command():
    for kind in KINDS:
        move = Move(direction="in", kind=kind, options=["--publish", "--repair", "--fetch-from=a.example"])  # fmt: skip
        parser = load_command_class(get_commands()["import_from"], "import_from").create_parser("", "")  # fmt: skip
        assert parser.parse_args(move.words()[1:]).kind == kind
    parser = load_command_class(get_commands()["export_site"], "export_site").create_parser("", "")
    assert parser.parse_args(Move(direction="out").words()[1:]).replace


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_real_process_exports(monkeypatch):
    at = connection.settings_dict
    place = f"{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{place}")
    monkeypatch.setenv("VAR_DIR", str(live.VAR_DIR))
    monkeypatch.setenv("DEBUG", "1")
    factories.topic(name="Sleep")
    taken = asked()
    run_due_move(threading.Event())
    assert state(taken) == "done", taken.said.read_text()
    with ZipFile(taken.export) as archive:
        assert b"Sleep" in archive.read("tables/articles.Topic.jsonl")
    assert taken.export.stat().st_mode & 0o077 == 0


# What goes by itself


def test_ended_ones_go_with_their_files_after_a_week(private_folder):
    old = asked(status="done", ended_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    kept = asked(status="done", ended_at=timezone.now())
    for move in (old, kept):
        move.export.write_bytes(b"zip")
        move.said.write_bytes(b"text")
    lost = private_folder / "0123.upload"
    lost.write_bytes(b"left by a crash")
    os.utime(lost, (0, 0))

    forget_moves.call()

    assert list(Move.objects.all()) == [kept]
    assert sorted(private_folder.iterdir()) == sorted([kept.export, kept.said])
