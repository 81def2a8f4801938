"""The command: its options, its report, and runs that end in the middle."""

import csv

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article
from config.moving.models import ImportedItem
from config.moving.moving_in import progress
from config.moving.report import SHOWN, Report
from config.moving.sources.wordpress import WordPress, posts
from tests.moving.wxr import export, item, move_in, picture

pytestmark = pytest.mark.django_db


def test_broken_file_is_refused_before_anything_is_stored(tmp_path):
    text = export(item(1)).replace("</channel>", "<title>a & b</title></channel>")

    with pytest.raises(CommandError, match=r"export\.xml, line \d+, column \d+"):
        move_in(tmp_path, text)

    assert not Article.objects.exists()
    said = move_in(tmp_path, text, "--repair")
    assert "1 bare & escaped" in said
    assert Article.objects.count() == 1


def test_several_files_are_one_site(tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.xml").write_text(export(item(number), item(9)))

    call_command(
        "import_from", "wordpress", str(tmp_path / "1.xml"), str(tmp_path / "2.xml"), verbosity=0
    )

    assert Article.objects.count() == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--media", "/none/at/all"], "There is no folder"),
        (["--media", __file__], "not a zip file"),
        (["--fetch-from", "xn--"], "--fetch-from"),
        (["--authors", "/none.csv"], "cannot be read"),
        (["--report", "/none/at/all.csv"], "The report"),
    ],
)
def test_wrong_options_get_a_message(tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        move_in(tmp_path, export(item(1)), *options)


@pytest.mark.parametrize(
    ("line", "message"), [("ada,nobody\n", "Not found: nobody"), ("ada\n", "two columns")]
)
def test_map_to_nobody_is_refused(tmp_path, line, message):
    (tmp_path / "map.csv").write_text(line)

    with pytest.raises(CommandError, match=message):
        move_in(tmp_path, export(item(1)), "--authors", str(tmp_path / "map.csv"))


def test_report_as_csv_has_every_line_and_no_formula(tmp_path):
    table = tmp_path / "report.csv"

    move_in(
        tmp_path,
        export(item(1, "[x_y]" * (SHOWN + 4), title="=HYPERLINK(1)")),
        "--report",
        str(table),
    )

    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert sum(row["kind"] == "unknown shortcode" for row in rows) == SHOWN + 4
    assert {row["item"] for row in rows if row["kind"] == "unknown shortcode"} == {"'=HYPERLINK(1)"}
    assert all(row["place"] for row in rows)


def test_text_of_the_report_is_short():
    report, said = Report(), []
    for number in range(SHOWN + 3):
        report.say("tag", f"tag {number}")

    report.write(said.append)

    assert "            … and 3 more" in said
    assert len(said) == SHOWN + 4


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (100, 400, "100 of 400 items in 60 s, about 3 minutes left"),
        (399, 400, "399 of 400 items in 60 s, a minute or less left"),
        (120, 0, "120 items in 60 s"),
    ],
)
def test_progress_tells_how_long_the_rest_will_take(done, total, said):
    assert progress(done, total, 60) == said


def test_export_says_how_many_items_it_has(tmp_path):
    file = tmp_path / "export.xml"
    file.write_text(export(item(1), item(2), picture(20)))

    assert WordPress([file]).total == 3


def test_import_that_was_killed_goes_on(tmp_path, monkeypatch):
    text = export(item(1), item(2), item(3))
    whole = posts.Posts.article

    def dies_at_two(self, element):
        if element.get("post_id") == "2":
            raise KeyboardInterrupt
        return whole(self, element)

    monkeypatch.setattr(posts.Posts, "article", dies_at_two)
    with pytest.raises(KeyboardInterrupt):
        move_in(tmp_path, text)
    monkeypatch.undo()
    assert Article.objects.count() == 1

    move_in(tmp_path, text)

    assert Article.objects.count() == ImportedItem.objects.filter(kind="article").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_site_do_not_run_at_once(tmp_path):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('moving.old.example'))")
        with pytest.raises(CommandError, match="Another import"):
            move_in(tmp_path, export(item(1)))
        with other.cursor() as cursor:  # a closed connection gives it back only a moment later
            cursor.execute("SELECT pg_advisory_unlock(hashtext('moving.old.example'))")
    finally:
        other.close()

    move_in(tmp_path, export(item(1)))
    assert Article.objects.count() == 1
