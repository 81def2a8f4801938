import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from config import environment
from config.running.embedded_database import EmbeddedDatabase, Keeper
from config.running.postgres_programs import EmbeddedDatabaseError
from tests.waiting import bring_up_again, wait_until

pytestmark = pytest.mark.long


@pytest.fixture
def folder(open_folder):
    yield open_folder / "postgresql"
    shutil.rmtree(open_folder / "postgresql", ignore_errors=True)


def sort_order(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT word FROM (VALUES ('b'), ('a'), ('B')) w (word) ORDER BY word"
        )
        return [word for (word,) in rows]


def test_data_is_there_again_after_a_restart_and_sorts_the_same_everywhere(folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    database = EmbeddedDatabase(folder, durable=False)
    with database.running(), psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")

    with database.running():
        with psycopg.connect(database.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert sort_order(database.url) == ["B", "a", "b"]
    assert not database.is_running()


def test_server_that_runs_already_is_used_and_left_alone(folder):
    database = EmbeddedDatabase(folder, durable=False)

    with database.running():
        with EmbeddedDatabase(folder, durable=False).running():
            pass

        assert database.is_running()


def test_data_of_another_version_is_refused_with_one_line(folder):
    database = EmbeddedDatabase(folder, durable=False)
    with database.running():
        pass
    (database.data / "PG_VERSION").write_text("12\n")

    with (
        pytest.raises(EmbeddedDatabaseError, match="made by PostgreSQL 12") as error,
        database.running(),
    ):
        pass

    assert "\n" not in str(error.value)


def test_server_stops_when_its_parent_is_killed(folder):
    code = (
        "import sys, time; from pathlib import Path; from config.running.embedded_database import EmbeddedDatabase\n"
        "with EmbeddedDatabase(Path(sys.argv[1]), durable=False).running():\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout.readline() == "up\n"
        database = EmbeddedDatabase(folder)
        assert database.is_running()

        os.kill(parent.pid, signal.SIGKILL)

    # The pid file goes last in an orderly shutdown: nothing was cut off.
    wait_until(lambda: not database.is_running())


def test_killed_server_comes_back_with_what_it_had_acknowledged(folder):
    database = EmbeddedDatabase(folder)
    with database.running() as keeper:
        with psycopg.connect(database.url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
        os.kill(keeper.server.pid, signal.SIGKILL)
        keeper.server.wait()
        assert not keeper.is_up()

        bring_up_again(keeper)

        with psycopg.connect(database.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert not database.is_running()


def test_pid_file_of_a_killed_server_says_nothing(folder):
    database = EmbeddedDatabase(folder, durable=False)
    with database.running():
        left = (database.data / "postmaster.pid").read_text().splitlines()
    # Its number may be another process's by now, in a restarted container nearly always.
    (database.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]))

    assert not database.is_running()


def test_interrupted_first_start_is_made_afresh(folder):
    database = EmbeddedDatabase(folder, durable=False)
    (folder / "data.draft").mkdir(parents=True)
    (folder / "data.draft" / "PG_VERSION").write_text("18\n")

    with database.running():
        assert database.is_running()


def test_of_two_first_starts_at_once_one_makes_the_server(folder):
    database = EmbeddedDatabase(folder, durable=False)

    with ThreadPoolExecutor(2) as pool:
        keepers = [Keeper(database), Keeper(database)]
        list(pool.map(Keeper.bring_up, keepers))

    assert sum(keeper.server is not None for keeper in keepers) == 1
    for keeper in keepers:
        keeper.end()


def test_long_path_gets_a_short_socket_folder(tmp_path):
    deep = tmp_path / ("x" * 100) / "postgresql"

    assert len(str(EmbeddedDatabase(deep).socket_folder)) < 90
    assert EmbeddedDatabase(deep).socket_folder != EmbeddedDatabase(deep / "other").socket_folder


def test_default_stays_in_var_when_the_server_can_reach_it(tmp_path, monkeypatch):
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)

    assert environment.embedded_folder(tmp_path / "var") == tmp_path / "var" / "postgresql"


def test_database_knows_letters_beyond_ascii(folder):
    database = EmbeddedDatabase(folder, durable=False)

    with database.running(), psycopg.connect(database.url) as connection:
        (words,) = connection.execute("SELECT to_tsvector('simple', '“Ärzte”')::text").fetchone()

    assert words == "'ärzte':1"
