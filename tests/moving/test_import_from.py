"""The command: its options, its report, and runs that end in the middle."""

import csv
import re

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


# A number is one of a site


def without_address(text):
    """The export, as if it came from a program that leaves all addresses out."""
    return re.sub(r"<(link|wp:base_(?:site|blog)_url)>.*?</\1>", "", text)


def test_person_names_the_site_of_an_export_that_does_not(tmp_path):
    move_in(tmp_path, without_address(export(item(5))), "--address", "https://old.example")

    said = move_in(tmp_path, export(item(5)))

    assert "1 articles that were here before" in said
    assert Article.objects.count() == 1


def test_site_is_that_of_its_posts_where_nothing_else_says_it(tmp_path):
    post = item(5, link="https://www.old.example/2014/five/")

    move_in(tmp_path, without_address(export("POST")).replace("POST", post))

    said = move_in(tmp_path, export(item(5)))
    assert "1 articles that were here before" in said
    assert Article.objects.count() == 1


def test_export_that_names_no_site_at_all_is_imported_and_says_so(tmp_path):
    said = move_in(tmp_path, without_address(export(item(5))))

    assert "1 site without an address" in said
    assert Article.objects.count() == 1


@pytest.mark.parametrize("other", ["https://other.example", "http://old.example/second"])
@pytest.mark.parametrize("is_named", [True, False])
def test_post_of_another_site_is_another_one_though_it_has_the_same_number(
    tmp_path, other, is_named
):
    first, second = export(item(5)), export(item(5, title="Of the second site"))
    move_in(tmp_path, first)

    if is_named:
        move_in(tmp_path, second.replace("http://old.example", other))
    else:
        move_in(tmp_path, without_address(second), "--address", other)

    assert set(Article.objects.values_list("title", flat=True)) == {"Post 5", "Of the second site"}


def test_files_of_two_sites_at_once_are_refused(tmp_path):
    one, two = tmp_path / "1.xml", tmp_path / "2.xml"
    one.write_text(export(item(5)))
    two.write_text(export(item(5)).replace("//old.example", "//other.example"))

    with pytest.raises(CommandError, match=r"2\.xml is of other\.example, .* of old\.example"):
        call_command("import_from", "wordpress", str(one), str(two))

    assert not Article.objects.exists()


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
