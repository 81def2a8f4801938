"""Which backups are kept: by days, weeks and months that have any."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from config.backups import BackupError
from config.backups.retention import name_of, newest_in, read_keep, time_of, to_remove


def backups_of(tmp_path, moments):
    paths = [tmp_path / name_of(moment) for moment in moments]
    for path in paths:
        path.touch()
    return paths


def kept_of(paths, keep):
    removed = to_remove(paths, read_keep(keep))
    return [time_of(path) for path in sorted(paths) if path not in removed]


def night(days_ago, hour=3):
    return datetime(2001, 11, 29, hour, tzinfo=UTC) - timedelta(days=days_ago)


def test_newest_of_each_day_week_and_month_is_kept(tmp_path):
    paths = backups_of(tmp_path, [night(days) for days in range(400)])

    kept = kept_of(paths, "7d,4w,12m")

    assert kept[-7:] == [night(days) for days in reversed(range(7))]
    # Of weeks the Sunday, of months the last day.
    assert [f"{made:%a %d}" for made in kept[-9:-7]] == ["Sun 11", "Sun 18"]
    assert [f"{made:%b %d}" for made in kept[:3]] == ["Dec 31", "Jan 31", "Feb 28"]
    assert len(kept) == 7 + 2 + 11


def test_newest_is_the_last_one_of_this_site(tmp_path):
    with pytest.raises(BackupError, match="There is no backup of"):
        newest_in(tmp_path)
    paths = backups_of(tmp_path, [night(2), night(0), night(1)])
    (tmp_path / "other.example-20991129T030000Z.tar").touch()

    assert newest_in(tmp_path) == paths[1]


def test_second_one_of_a_day_replaces_the_first(tmp_path):
    paths = backups_of(tmp_path, [night(1), night(0), night(0, hour=15)])

    assert kept_of(paths, "7d") == [night(1), night(0, hour=15)]


def test_nothing_goes_when_no_backup_was_made_for_a_year(tmp_path):
    paths = backups_of(tmp_path, [night(400), night(401), night(402)])

    assert len(kept_of(paths, "3d")) == 3


def test_other_files_stay(tmp_path, settings):
    own = backups_of(tmp_path, [night(0), night(1)])
    settings.SITE_URL = "https://other.example"
    others = backups_of(tmp_path, [night(2)])
    settings.SITE_URL = "http://testserver"
    letter = tmp_path / "letter.tar"

    assert to_remove([*own, *others, letter], {"d": 1}) == [own[1]]


@pytest.mark.parametrize("keep", ["", "7", "0d", "7d,7d", "7y", "-1d", "7d;4w", "99999d"])
def test_rule_that_cannot_be_read_is_refused(keep):
    with pytest.raises(BackupError, match="7d,4w,12m"):
        read_keep(keep)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_command_keeps_what_the_rule_says_from_night_to_night(tmp_path, settings, clock):
    settings.VAR_DIR = tmp_path
    for _night in range(3):
        call_command("backup", "--keep", "2d", to=tmp_path / "backups")
        clock.shift(days=1)

    assert len(list((tmp_path / "backups").iterdir())) == 2


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_wrong_rule_makes_no_backup(tmp_path, settings):
    settings.VAR_DIR = tmp_path

    with pytest.raises(CommandError, match="write days, weeks and months"):
        call_command("backup", "--keep", "7 days", to=tmp_path / "backups")

    assert not (tmp_path / "backups").exists()
