"""Posts of WordPress become articles: what was public may be published, and nothing else ever is."""

from datetime import UTC, datetime

import pytest

from articles.models import Article, Author, Page, Topic
from config.moving.models import ImportedItem, Redirect
from config.moving.wording import words_of_html, words_of_text
from newsletter.models import ArticleMail
from tests import factories
from tests.moving.wxr import category, export, item, move_in, term

pytestmark = pytest.mark.django_db


def test_published_post_becomes_a_published_article_with_its_date(tmp_path, client):
    said = move_in(
        tmp_path,
        export(item(1, "First.\n\nSecond.", excerpt__encoded="In <b>short</b>")),
        "--publish",
    )

    article = Article.objects.get()
    assert (article.title, article.slug, article.standfirst) == ("Post 1", "post-1", "In short")
    assert article.body == "<p>First.</p>\n<p>Second.</p>"
    assert article.published_at == datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert [author.name for author in article.writers] == ["Ada Leaf"]
    assert article.revisions.get().reason == "Imported from old.example"
    assert client.get("/articles/post-1/").status_code == 200
    assert "1 articles published" in said


def test_without_publish_everything_stays_a_draft(tmp_path):
    move_in(tmp_path, export(item(1)))

    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize(
    "fields",
    [
        {"wp__status": "draft"},
        {"wp__status": "pending"},
        {"wp__status": "private"},
        {"wp__status": "future", "wp__post_date_gmt": "2099-01-01 00:00:00"},
        {"wp__status": "publish", "wp__post_date_gmt": "2099-01-01 00:00:00"},
        {"wp__status": "publish", "wp__post_password": "secret"},
        {"wp__status": "something-of-a-plugin"},
    ],
)
def test_what_readers_could_not_see_stays_a_draft_and_is_named(tmp_path, fields):
    said = move_in(tmp_path, export(item(1, **fields)), "--publish")

    assert not Article.objects.published().exists()
    assert Article.objects.get().published_at is None
    assert "stays a draft" in said
    assert "secret" not in said


@pytest.mark.parametrize("status", ["trash", "auto-draft", "inherit"])
def test_trash_is_left_out_and_named(tmp_path, status):
    said = move_in(tmp_path, export(item(1, "Thrown away", wp__status=status)), "--publish")

    assert not Article.objects.exists()
    assert f"item marked as {status}" in said


def test_other_types_are_named_and_come_on_request(tmp_path):
    text = export(
        item(1, "Flour", wp__post_type="recipe"), item(2, "", wp__post_type="nav_menu_item")
    )

    said = move_in(tmp_path, text)

    assert not Article.objects.exists()
    assert "item of the type recipe" in said
    assert "item of the type nav_menu_item" in said
    move_in(tmp_path, text, "--type", "recipe")
    assert Article.objects.get().title == "Post 1"


def test_second_run_changes_nothing(tmp_path):
    text = export(item(1), item(2, wp__post_type="page"), term("Sleep", "sleep"))
    move_in(tmp_path, text, "--publish")
    article = Article.objects.get()
    article.save_content(article.edited_content() | {"title": "Edited here"}, by=None)
    before = [
        Article.objects.count(),
        Page.objects.count(),
        ImportedItem.objects.count(),
        Redirect.objects.count(),
    ]

    said = move_in(tmp_path, text, "--publish")

    assert before == [
        Article.objects.count(), Page.objects.count(), ImportedItem.objects.count(), Redirect.objects.count()
    ]  # fmt: skip
    assert "articles that were here before" in said


def test_later_export_brings_only_what_is_new(tmp_path):
    move_in(tmp_path, export(item(1)))

    move_in(tmp_path, export(item(1, "Changed there"), item(2)))

    assert list(Article.objects.order_by("pk").values_list("title", flat=True)) == [
        "Post 1",
        "Post 2",
    ]
    assert "Changed there" not in Article.objects.get(title="Post 1").body


def test_number_that_stands_twice_is_named(tmp_path):
    said = move_in(tmp_path, export(item(1, "One"), item(1, "Other words")))

    assert Article.objects.get().body == "<p>One</p>"
    assert "1 item whose number stands twice" in said
    assert "Other words" in said


def test_deleted_article_does_not_come_back(tmp_path):
    move_in(tmp_path, export(item(1)))
    Article.objects.all().delete()

    said = move_in(tmp_path, export(item(1)))

    assert not Article.objects.exists()
    assert "was imported before, and deleted here" in said


def test_dry_run_stores_nothing_and_says_the_same(tmp_path):
    text = export(
        item(1, category("Sleep", "sleep") and "Text", inside=category("Sleep", "sleep")),
        item(2, "[x_y]"),
    )

    dry = move_in(tmp_path, text, "--publish", "--dry-run")

    assert not any(
        model.objects.exists() for model in (Article, Author, Topic, ImportedItem, Redirect)
    )
    real = move_in(tmp_path, text, "--publish")
    assert "1 unknown shortcode" in dry
    assert "1 unknown shortcode" in real
    assert "articles published" in dry


# Titles, addresses, people, topics


def test_missing_title_is_made_of_the_first_words(tmp_path):
    said = move_in(tmp_path, export(item(1, "No title but text", title="")))

    assert Article.objects.get().title == "No title but text"
    assert "it had none, and is called No title but text" in said


def test_markup_in_a_title_is_read(tmp_path):
    move_in(tmp_path, export(item(1, title="Blocks &amp; <em>“quotes”</em> ]]> end")))

    assert Article.objects.get().title == "Blocks & “quotes” ]]> end"


def test_long_title_is_cut_and_named_whole(tmp_path):
    said = move_in(tmp_path, export(item(1, title="word " * 60)))

    assert len(Article.objects.get().title) <= 200
    assert "cut at 200 characters: word word" in said


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("", "post-1"),
        ("%e7%9d%a1%e7%9c%a0", "shuimian"),
        ("admin", "admin"),
        ("__odd__", "odd"),
        ("a/b", "a-b"),
    ],
)
def test_addresses_are_those_of_before_where_they_can(tmp_path, written, slug):
    move_in(tmp_path, export(item(1, wp__post_name=written)))

    assert Article.objects.get().slug == slug


def test_twin_addresses_get_a_number_and_are_named(tmp_path):
    said = move_in(tmp_path, export(item(1, wp__post_name="same"), item(2, wp__post_name="same")))

    assert sorted(Article.objects.values_list("slug", flat=True)) == ["same", "same-2"]
    assert "same is same-2 here" in said


def test_page_at_an_address_of_our_own_gets_another(tmp_path):
    move_in(tmp_path, export(item(1, wp__post_type="page", wp__post_name="admin")), "--publish")

    assert Page.objects.get(title="Post 1").slug == "admin-2"


def test_pages_wait_for_publish_and_unpublished_ones_are_drafts(tmp_path):
    public, hidden = (
        item(1, wp__post_type="page"),
        item(2, wp__post_type="page", wp__status="draft"),
    )

    said = move_in(tmp_path, export(public, hidden))

    assert not Page.objects.filter(title__startswith="Post").exists()
    assert "pages are public at once" in said
    move_in(tmp_path, export(public, hidden), "--publish")
    assert Page.objects.filter(title="Post 1").exists()
    assert Article.objects.get().title == "Post 2"


def test_several_authors_in_their_order(tmp_path):
    inside = category("Bob Oak", "bob", domain="author") + category(
        "Ada Leaf", "ada", domain="author"
    )

    move_in(tmp_path, export(item(1, inside=inside)))

    assert [author.name for author in Article.objects.get().writers] == ["Bob Oak", "Ada Leaf"]
    assert Author.objects.count() == 2


def test_author_of_the_same_name_is_taken_and_unknown_one_made(tmp_path):
    here = factories.author(name="ada leaf")

    said = move_in(tmp_path, export(item(1), item(2, dc__creator="ghostwriter")))

    assert Article.objects.get(title="Post 1").writers == [here]
    assert [author.name for author in Article.objects.get(title="Post 2").writers] == [
        "ghostwriter"
    ]
    assert "one of that name was here before" in said
    assert "ghostwriter is not among the authors" in said


def test_address_that_somebody_logs_in_with_is_not_shown(tmp_path):
    move_in(tmp_path, export(item(1, dc__creator="ina@example.org")))

    author = Author.objects.get()
    assert (author.name, author.slug) == ("ina", "ina")


def test_maps_say_who_and_what_it_becomes(tmp_path):
    author, topic = factories.author(name="Ada L."), factories.topic(name="Nights")
    (tmp_path / "authors.csv").write_text(f"ada,{author.slug}\n")
    (tmp_path / "topics.csv").write_text(f"naps,{topic.slug}\n")

    move_in(
        tmp_path, export(item(1, inside=category("Naps", "naps"))),
        "--authors", str(tmp_path / "authors.csv"), "--topics", str(tmp_path / "topics.csv"),
    )  # fmt: skip

    article = Article.objects.get()
    assert (article.writers, article.topic) == ([author], topic)
    assert Author.objects.count() == Topic.objects.count() == 1


def test_first_category_is_the_topic_and_the_others_are_named(tmp_path):
    inside = (
        category("Uncategorized", "uncategorized")
        + category("Naps &amp; rest", "naps")
        + category("Food", "food")
        + category("leaf", "leaf", domain="post_tag")
    )

    said = move_in(
        tmp_path,
        export(term("Sleep", "sleep"), term("Naps", "naps", "sleep"), item(1, inside=inside)),
    )

    topic = Article.objects.get().topic
    assert (topic.name, topic.parent.name) == ("Naps & rest", "Sleep")
    assert "Post 1: Food" in said
    assert "Post 1: leaf" in said
    assert Topic.objects.count() == 2


def test_deeper_category_stands_below_the_first_one(tmp_path, client):
    terms = [
        term("Health", "health"),
        term("Sleep", "sleep", "health"),
        term("Naps", "naps", "sleep"),
    ]

    said = move_in(tmp_path, export(*terms, item(1, inside=category("Naps", "naps"))), "--publish")

    assert Topic.objects.get(name="Naps").parent.name == "Health"
    assert "Naps in Sleep in Health: there is one level here" in said
    response = client.get("/category/health/sleep/naps/")
    assert response.headers["Location"] == "/topics/naps/"


def test_topic_of_that_name_here_keeps_its_place(tmp_path):
    factories.topic(name="Sleep", parent=factories.topic(name="Health"))
    terms = [term("Sleep", "sleep"), term("Naps", "naps", "sleep")]

    said = move_in(tmp_path, export(*terms, item(1, inside=category("Naps", "naps"))))

    assert Topic.objects.get(name="Naps").parent is None
    assert "Naps stands alone: Sleep is a sub-topic here" in said


# Dates


def test_without_gmt_the_local_time_counts(tmp_path, settings):
    settings.TIME_ZONE = "Europe/Berlin"

    text = export(
        item(1, wp__post_date_gmt="0000-00-00 00:00:00", wp__post_date="2019-07-01 12:00:00")
    )
    move_in(tmp_path, text, "--publish")

    assert Article.objects.get().published_at == datetime(2019, 7, 1, 10, 0, tzinfo=UTC)


def test_local_time_that_clocks_skipped(tmp_path, settings):
    settings.TIME_ZONE = "Europe/Berlin"

    text = export(
        item(1, wp__post_date_gmt="0000-00-00 00:00:00", wp__post_date="2019-03-31 02:30:00")
    )
    move_in(tmp_path, text, "--publish")

    assert Article.objects.get().published_at == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)


def test_post_without_any_date_stays_a_draft(tmp_path):
    text = item(
        1,
        wp__post_date_gmt="",
        wp__post_date="0000-00-00 00:00:00",
        pubDate="Wed, 30 Nov -0001 00:00:00 +0000",
    )

    said = move_in(tmp_path, export(text), "--publish")

    assert Article.objects.get().status == "draft"
    assert "no date of publication" in said


@pytest.mark.day("2019-03-05T00:00:00Z")
def test_subscribers_get_no_mail_of_imported_articles(tmp_path):
    move_in(tmp_path, export(item(1)), "--publish")

    assert ArticleMail.objects.get().issue is None


# Nothing is lost in silence

EVERYTHING = [
    "Plain words.\n\nMore words [with] brackets [1] and a < b.",
    '[unknown_plugin id="3"]inner text[/unknown_plugin] [contact-form-7 title="Write to us"]',
    "<script>never read</script><select><option>Chosen red</option></select><textarea>typed words</textarea>",
    "<!-- wp:paragraph --><p>In a block</p><!-- /wp:paragraph -->between blocks<!-- wp:latest-posts /-->",
    "<table><caption>Numbers</caption><tr><td>One</td></tr>stray words</table><svg><text>drawn</text></svg>",
    "<ul>loose<li>item</li></ul><dl><dt>Term</dt><dd>Meaning</dd></dl><details><summary>Sum</summary>x</details>",
    '[caption]<img src="/none.jpg" alt="">A lost picture’s words[/caption]<figure><img src="/n.jpg"><figcaption>Cap</figcaption></figure>',
    "<noscript>without script</noscript><button>Press</button><object>fallback</object><math><mi>x</mi></math>",
    "a<b>bold</b>c <i>in</i>side <sup>2</sup> caf&eacute; 睡眠 <h1>Head<br>line</h1>",
]  # fmt: skip


@pytest.mark.parametrize("text", EVERYTHING)
def test_each_word_is_in_the_result_or_in_the_report(tmp_path, text):
    table = tmp_path / "report.csv"

    move_in(
        tmp_path,
        export(item(1, text, title="A title", excerpt__encoded="In short")),
        "--report",
        str(table),
    )

    article = Article.objects.get()
    # No reader saw the words of these.
    for unseen in ("<script>never read</script>", "[caption]", "[/caption]", "[/unknown_plugin]"):
        text = text.replace(unseen, "")
    found = words_of_text(
        f"{article.title} {article.standfirst} {article.plain_text} {table.read_text()}"
    )
    assert words_of_html(f"A title {text} In short") - found == {}


def test_words_that_no_rule_names_are_named_themselves(tmp_path):
    said = move_in(
        tmp_path, export(item(1, "<p>Kept</p><title>Vanishing words</title>", excerpt__encoded=""))
    )

    article = Article.objects.get()
    assert "Vanishing words" in article.plain_text or "words vanishing" in said.casefold()
