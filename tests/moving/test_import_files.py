"""Files and folders of articles, with their pictures and what stands before their text."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from articles.models import Article, Image
from config.moving.models import Redirect
from tests import factories

pytestmark = pytest.mark.django_db

MATTER = """---
title: Tea for one
date: 2001-02-03T04:05:06Z
slug: old-tea
author: Ada Leaf
categories: [Drinks, Health]
aliases: [/2001/tea.html]
image: leaf.jpg
---
Soft water[^1].

![A leaf](img/leaf.jpg)

[^1]: Leaf, *On tea*, https://x.example/

"""


def bring(*arguments):
    said = StringIO()
    call_command("import_from", "files", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture
def folder(tmp_path):
    """A site of Markdown: an article, a draft and pictures."""
    (tmp_path / "posts" / "img").mkdir(parents=True)
    (tmp_path / "posts" / "tea.md").write_text(MATTER)
    (tmp_path / "posts" / "draft.md").write_text("---\ntitle: Soon\ndraft: true\n---\nLater.\n")
    for name in ("img/leaf.jpg", "leaf.jpg"):
        (tmp_path / "posts" / name).write_bytes(factories.picture_file().read())
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("# Hidden\n\nWords.\n")
    (tmp_path / "theme.css").write_text("p {}")
    return tmp_path


def test_folder_comes_with_all_that_its_files_say(folder):
    said = bring(folder, "--publish")

    article, image = Article.objects.get(slug="old-tea"), Image.objects.get()
    assert article.published_at == datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert [person.name for person in article.writers] == ["Ada Leaf"]
    assert (article.topic.name, article.hero) == ("Drinks", image)
    assert f'<img src="{image.file.url}" alt="A leaf"' in article.body
    reference = article.references.get()
    assert (reference.text, reference.url) == (
        "Leaf, On tea, https://x.example/",
        "https://x.example/",
    )
    assert Redirect.objects.at("/2001/tea.html").article == article
    assert "Health: a further category" in said
    assert "1 file of another kind" in said
    assert not Article.objects.filter(title="Hidden").exists()


def test_author_s_role_and_the_last_update_of_a_copied_page_come_along(tmp_path):
    words = "A kettle that is descaled twice a year boils faster and lasts longer. " * 4
    foot = "About the Author\nIna Reed\n\nContributing Writer\n\n© tea.example Last Updated On: 05/18/2015"
    (tmp_path / "page.txt").write_text(f"Of kettles\n\n{words}\n\n{foot}\n")
    (tmp_path / "post.md").write_text(
        f"---\ntitle: Of cups\ndate: 2019-03-04\nlastmod: 2020-05-06\nauthor: Ina Reed\n---\n{words}"
    )

    bring(tmp_path, "--publish")

    page, post = Article.objects.get(slug="of-kettles"), Article.objects.get(slug="of-cups")
    assert (page.writers[0].name, page.writers[0].role) == ("Ina Reed", "Contributing Writer")
    assert localdate(page.updated_at) == localdate(page.published_at) == date(2015, 5, 18)
    assert localdate(post.published_at) == date(2019, 3, 4)
    assert localdate(post.updated_at) == date(2020, 5, 6)


def test_draft_is_never_published(folder):
    bring(folder, "--publish", "--author", factories.author().slug)

    assert Article.objects.get(title="Soon").status == "draft"


def test_second_run_changes_nothing(folder):
    bring(folder, "--publish")
    before = list(Article.objects.order_by("pk").values())

    bring(folder, "--publish")

    assert list(Article.objects.order_by("pk").values()) == before


def test_two_files_of_one_title_and_other_dates_are_two_articles(tmp_path):
    for day in (1, 2):
        (tmp_path / f"{day}.md").write_text(
            f"---\ntitle: Links\ndate: 2001-01-0{day}\n---\nDay {day}.\n"
        )

    bring(tmp_path)

    assert Article.objects.filter(title="Links").count() == 2


def test_no_picture_from_outside_the_folder(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(factories.picture_file().read())
    inside = tmp_path / "site"
    inside.mkdir()
    (inside / "a.md").write_text("# Tea\n\nWords. ![x](../secret.jpg) ![y](/../secret.jpg)\n")

    said = bring(inside)

    assert not Image.objects.exists()
    assert "2 picture" in said


@pytest.mark.parametrize(
    ("name", "text", "lost"),
    [
        ("a.md", "# Tea\n\n| a | b |\n|---|---|\n| 1 | 2 | lostcell |\n", "lostcell"),
        ("b.md", "# Tea\n\nWords.\n\n[^1]: lostnote\n", "lostnote"),
        ("c.md", "---\ntitle: Tea\nmood: [lostmood]\n---\nWords.\n", "lostmood"),
        ("d.html", "<h1>Tea</h1><p>Words.</p><select><option>lostoption</select>", "lostoption"),
        (
            "e.html",
            "<header>lostheader</header><main><h1>Tea</h1><p>Words.</p></main>",
            "lostheader",
        ),
        ("f.txt", "Tea\n\nSome words.\n\n© lostline 2001\n", "lostline"),
    ],
)
def test_every_word_is_in_the_result_or_in_the_report(tmp_path, name, text, lost):
    (tmp_path / name).write_text(text)

    assert lost in bring(tmp_path / name)


def test_caption_of_a_picture_that_is_missing_stays(tmp_path):
    (tmp_path / "a.html").write_text(
        "<h1>Tea</h1><figure><img src=none.jpg><figcaption>A caption.</figcaption></figure>"
    )

    bring(tmp_path / "a.html")

    assert Article.objects.get().body == "<p>A caption.</p>"
