import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Revision
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = (
    "Tea for one\n\nWhich water?\n\nSoft water, boiled once, makes the clearest tea.\n\n- a\n- b\n"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tea.txt"
    path.write_text(TEXT)
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_articles", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_file_becomes_a_draft_with_author_and_topic(file):
    writer, topic = factories.author(name="Ada Leaf"), factories.topic(name="Drinks")

    report = run(file, "--author", "ada-leaf", "--topic", "drinks")

    article = Article.objects.get()
    assert (article.title, article.slug, article.status) == ("Tea for one", "tea-for-one", "draft")
    assert article.writers == [writer]
    assert article.topic == topic
    assert "<h2>Which water?</h2>" in article.body
    assert Revision.objects.get().reason == "Imported from files"
    assert "1 articles as drafts" in report


def test_published_at_once_when_asked(file, client):
    factories.author(name="Ada Leaf")

    run(file, "--publish", "--author", "ada-leaf")

    assert Article.objects.published().count() == 1


def test_without_an_author_it_stays_a_draft_and_the_report_says_why(file):
    report = run(file, "--publish")

    assert Article.objects.get().status == "draft"
    assert "It has no author" in report


def test_second_run_changes_nothing(file):
    run(file)
    before = Article.objects.values().get()

    report = run(file, "--publish")

    assert Article.objects.values().get() == before
    assert "1 articles that were here before" in report


def test_article_of_the_same_title_is_left_alone(file):
    article = factories.draft(title="Tea for one", body="<p>Edited.</p>")

    report = run(file)

    assert Article.objects.get().body == article.body
    assert "/articles/tea-for-one/ has its title, and is left alone" in report


def test_renamed_article_is_recognised(file):
    run(file)
    article = Article.objects.get()
    article.title, article.slug = "Tea for two", "tea-for-two"
    article.save()

    assert "1 articles that were here before" in run(file)
    assert Article.objects.count() == 1


def test_deleted_article_does_not_come_back(file):
    run(file)
    Article.objects.get().delete()

    assert "was imported before, and deleted here" in run(file)
    assert not Article.objects.exists()


def test_title_without_latin_letters_is_recognised_too(tmp_path):
    for name, title in [("one.txt", "お茶の時間"), ("two.txt", "水の時間")]:
        (tmp_path / name).write_text(f"{title}\n\nWater first.\n")

    for _ in range(2):
        run(tmp_path / "one.txt", tmp_path / "two.txt")

    assert set(Article.objects.values_list("title", flat=True)) == {"お茶の時間", "水の時間"}


def test_dry_run_reports_and_saves_nothing(file):
    report = run(file, "--dry-run", "--publish")

    assert "nothing was saved" in report
    assert not Article.objects.exists()


def test_bad_files_are_named_and_the_others_go_on(file, tmp_path):
    (tmp_path / "empty.txt").touch()
    odd = tmp_path / os.fsdecode(b"odd\xff.txt")
    odd.write_text("Odd name\n\nFine text.\n\n© 2001 Ada\n")
    out = StringIO()

    with pytest.raises(CommandError, match="2 files could not be read"):
        call_command(
            "import_articles", str(tmp_path / "empty.txt"), str(tmp_path / "none.txt"), str(odd),
            str(file), stdout=out,
        )  # fmt: skip

    assert set(Article.objects.values_list("slug", flat=True)) == {"tea-for-one", "odd-name"}
    assert "It is empty." in out.getvalue()
    assert "There is no such file." in out.getvalue()
    assert "odd\\xff.txt" in out.getvalue()


@pytest.mark.parametrize("option", ["--author", "--topic"])
def test_unknown_author_or_topic_lists_the_known_ones(file, option):
    factories.author(name="Ada Leaf")
    factories.topic(name="Drinks")

    with pytest.raises(CommandError, match=r"Known: (ada-leaf|drinks)"):
        run(file, option, "nobody")

    assert not Article.objects.exists()


def test_unknown_author_where_there_is_none_says_where_to_add_one(file):
    with pytest.raises(CommandError, match="Add the author in the admin"):
        run(file, "--author", "nobody")
