"""Exports of Ghost: HTML, lexical and mobiledoc, and what only members or subscribers saw."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Image, Page
from config.moving.models import ImportedItem, Redirect
from tests import factories

pytestmark = pytest.mark.django_db


def post(number=1, **fields):
    return {
        "id": f"id{number}",
        "uuid": f"uuid{number}",
        "title": f"Post {number}",
        "slug": f"post-{number}",
        "html": "<p>Some words.</p>",
        "type": "post",
        "status": "published",
        "visibility": "public",
        "published_at": "2019-03-04T05:06:07.000Z",
        **fields,
    }


def export(*posts, **tables):
    """One with an author for each post."""
    data = {
        "posts": list(posts),
        "users": [{"id": "u1", "name": "Ada Leaf", "slug": "ada", "password": "$2b$10$secret"}],
        "posts_authors": [{"post_id": row["id"], "author_id": "u1"} for row in posts],
        **tables,
    }
    return {"db": [{"meta": {"version": "6.1.0"}, "data": data}]}


def move_in(folder, content, *options, address="https://old.example"):
    file = folder / "ghost.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    said = StringIO()
    call_command("import_from", "ghost", str(file), "--address", address, *options, stdout=said)
    return said.getvalue()


def lexical(*nodes):
    tree = {"root": {"type": "root", "children": list(nodes)}}
    return {"html": None, "lexical": json.dumps(tree)}


def text(words, mask=0):
    return {"type": "extended-text", "text": words, "format": mask}


def paragraph(*children):
    return {"type": "paragraph", "children": list(children)}


def body_of(folder, *nodes):
    """The text here of a post with these nodes, and the report."""
    said = move_in(folder, export(post(**lexical(*nodes))))
    return Article.objects.get().body, said


def test_post_comes_with_author_date_address_and_first_public_tag(tmp_path):
    tags = [
        {"id": "t1", "name": "Sleep", "slug": "sleep"},
        {"id": "t2", "name": "#internal", "slug": "hash-internal", "visibility": "internal"},
        {"id": "t3", "name": "Tea", "slug": "tea"},
    ]
    links = [
        {"post_id": "id1", "tag_id": f"t{number}", "sort_order": order}
        for order, number in enumerate([2, 1, 3])
    ]

    said = move_in(tmp_path, export(post(), tags=tags, posts_tags=links), "--publish")

    article = Article.objects.get()
    assert (article.title, article.slug, article.status) == ("Post 1", "post-1", "published")
    assert article.published_at == datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert [person.name for person in article.writers] == ["Ada Leaf"]
    assert article.topic.name == "Sleep"
    assert Redirect.objects.at("/post-1/").article == article
    assert Redirect.objects.at("/tag/sleep/rss/").target == "/topics/sleep/feed/"
    assert Redirect.objects.at("/tag/tea/").target == "/search/?q=Tea"
    assert "1 internal tag" in said
    assert "1 further tag" in said


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "scheduled", "published_at": "2099-01-01T00:00:00.000Z"},
        {"status": "sent"},
        {"visibility": "members"},
        {"visibility": "paid"},
        {"visibility": "tiers"},
        {"type": "page", "visibility": "members"},
    ],
)
def test_what_not_everybody_saw_is_never_public(tmp_path, fields):
    said = move_in(tmp_path, export(post(**fields)), "--publish")

    assert Article.objects.get().status == "draft"
    assert not Page.objects.filter(title="Post 1").exists()
    assert "so it stays a draft" in said or "it stays a draft" in said


def test_page_becomes_a_page(tmp_path):
    move_in(tmp_path, export(post(type="page", slug="about")), "--publish")

    assert Page.objects.filter(title="Post 1").exists()


def test_marks_of_text_are_read_from_the_bits(tmp_path):
    line = paragraph(text("plain "), text("bold", 1), text(" both", 3), text("H"), text("2", 32))

    body, said = body_of(tmp_path, line, paragraph({"type": "linebreak"}, text("p<0.05", 16)))

    assert "<p>plain <strong>bold</strong><strong><em> both</em></strong>H<sub>2</sub></p>" in body
    assert "<code>p&lt;0.05</code>" in body
    assert "words" not in said.partition("Not in the result")[2]


def test_lists_headings_and_quotes_of_the_tree(tmp_path):
    inner = {
        "type": "list",
        "listType": "number",
        "children": [{"type": "listitem", "children": [text("deep")]}],
    }
    items = [
        {"type": "listitem", "children": [text("one")]},
        {"type": "listitem", "children": [inner]},
    ]

    body, _said = body_of(
        tmp_path,
        {"type": "extended-heading", "tag": "h3", "children": [text("Sub")]},
        {"type": "list", "listType": "bullet", "children": items},
        {"type": "extended-quote", "children": [text("Said")]},
    )

    assert "<h3>Sub</h3>" in body
    assert "<ul><li>one<ol><li>deep</li></ol></li></ul>" in body
    assert "<blockquote><p>Said</p></blockquote>" in body


@pytest.mark.parametrize(
    ("card", "kind"),
    [
        ({"type": "email", "html": "<p>secret</p>"}, "card email"),
        ({"type": "email-cta", "html": "<p>secret</p>"}, "card email-cta"),
        ({"type": "paywall"}, "card paywall"),
        ({"type": "signup", "header": "Join us"}, "form"),
        (
            {"type": "html", "html": "secret", "visibility": {"web": {"nonMember": False}}},
            "for members only",
        ),
    ],
)
def test_cards_that_no_page_shows_are_dropped_and_named(tmp_path, card, kind):
    body, said = body_of(tmp_path, paragraph(text("Kept.")), card)

    assert body == "<p>Kept.</p>"
    assert f"1 {kind}\n" in said


def test_card_that_nobody_knows_is_named_with_its_words(tmp_path):
    body, said = body_of(
        tmp_path,
        {"type": "hologram", "label": "Touch me"},
        {"type": "wrapper", "children": [text("inner words")]},
    )

    assert body == "<p>inner words</p>"
    assert "hologram Touch me" in said
    assert "2 unknown card" in said


def test_cards_become_what_articles_have(tmp_path):
    body, said = body_of(
        tmp_path,
        {"type": "callout", "calloutText": "<p>Careful</p>", "calloutEmoji": "!"},
        {"type": "codeblock", "code": "p < 0.05"},
        {"type": "markdown", "markdown": "| a | b |\n|---|---|\n| 1 |\n"},
        {"type": "bookmark", "url": "https://ref.example/", "metadata": {"title": "A paper"}},
        {"type": "button", "buttonText": "Go", "buttonUrl": "javascript:alert(1)"},
        {"type": "toggle", "heading": "Why?", "content": "<p>So.</p>"},
    )

    assert "<aside><p>!</p><p>Careful</p></aside>" in body
    assert "<pre>p &lt; 0.05</pre>" in body
    assert "<td>1</td>" in body
    assert '<a href="https://ref.example/">A paper</a>' in body
    assert "<p>Go</p>" in body
    assert "<p><strong>Why?</strong></p>\n<p>So.</p>" in body
    assert "1 card toggle" in said


def test_mobiledoc_is_read_where_there_is_nothing_else(tmp_path):
    document = {
        "version": "0.3.1",
        "markups": [["strong"], ["a", ["href", "__GHOST_URL__/x/"]]],
        "atoms": [["soft-return", "", {}]],
        "cards": [["code", {"code": "1 < 2"}], ["old-card", {"words": "gone words"}]],
        "sections": [
            [1, "p", [[0, [], 0, "Old "], [0, [0, 1], 2, "words"], [1, [], 0, 0], [0, [], 0, "!"]]],
            [3, "ol", [[[0, [], 0, "item"]]]],
            [10, 0],
            [10, 1],
            [10, 99],
        ],
    }
    fields = {"html": None, "lexical": None, "mobiledoc": json.dumps(document)}

    said = move_in(tmp_path, export(post(**fields)))

    assert Article.objects.get().body == (
        '<p>Old <strong><a href="https://old.example/x/">words</a></strong><br>!</p>\n'
        "<ol><li>item</li></ol>\n<pre>1 &lt; 2</pre>"
    )
    assert "old-card gone words" in said
    assert "1 unknown section" in said


def test_gated_part_of_a_page_stays_out(tmp_path):
    html = (
        '<p>For all.</p><!--kg-gated-block:begin nonMember:false memberSegment:"status:free" -->'
        "<p>secret</p><!--kg-gated-block:end--><!--kg-gated-block:begin nonMember:true -->"
        "<p>Shown.</p><!--kg-gated-block:end-->"
    )

    said = move_in(tmp_path, export(post(html=html)))

    assert Article.objects.get().body == "<p>For all.</p>\n<p>Shown.</p>"
    assert "1 for members only" in said


def test_pictures_come_from_the_folder_of_content(tmp_path):
    folder = tmp_path / "content" / "images" / "2024"
    folder.mkdir(parents=True)
    (folder / "leaf.jpg").write_bytes(factories.picture_file().read())
    leaf = "__GHOST_URL__/content/images/2024/leaf.jpg"
    html = f'<figure><img src="{leaf.replace("images/", "images/size/w600/")}" alt="A leaf"><figcaption>Cap</figcaption></figure>'
    meta = [{"post_id": "id1", "feature_image_alt": "Alt", "feature_image_caption": "<i>By</i> me"}]
    content = export(post(html=html, feature_image=leaf), posts_meta=meta)

    move_in(tmp_path, content, "--media", str(tmp_path / "content"))

    article, image = Article.objects.get(), Image.objects.get()
    assert image.file.url in article.body
    assert article.hero == image
    assert 'alt="A leaf"' in article.body


def test_second_run_changes_nothing_and_a_later_export_brings_what_is_new(tmp_path):
    move_in(tmp_path, export(post()), "--publish")
    before = list(Article.objects.values())

    said = move_in(
        tmp_path, export(post(), post(2)), "--publish", address="http://www.old.example/"
    )

    assert list(Article.objects.exclude(title="Post 2").values()) == before
    assert Article.objects.count() == 2
    assert "1 articles that were here before" in said


def test_post_of_another_site_is_another_one_though_it_has_the_same_number(tmp_path):
    move_in(tmp_path, export(post(uuid="")), "--publish")

    move_in(tmp_path, export(post(uuid="")), "--publish", address="https://old.example/second")

    assert Article.objects.count() == 2


@pytest.mark.parametrize("address", ["old.example", "https://", "https://[::1/"])
def test_address_that_is_none_is_refused(tmp_path, address):
    with pytest.raises(CommandError, match="is not the address of a site"):
        move_in(tmp_path, export(post()), address=address)

    assert not Article.objects.exists()


def test_export_comes_along_without_an_address_and_only_once(tmp_path):
    move_in(tmp_path, export(post()), address="")
    said = move_in(tmp_path, export(post()), address="")

    assert "1 articles that were here before" in said
    assert Article.objects.count() == 1


def test_passwords_and_addresses_of_users_are_nowhere(tmp_path):
    move_in(tmp_path, export(post()), "--publish")

    kept = " ".join(ImportedItem.objects.values_list("foreign_id", flat=True))
    assert "$2b$" not in kept + Article.objects.get().body


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "is no export of Ghost"),
        ('{"db": [{"data": {"posts": 1}}]}', "is no export of Ghost"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path, content, message):
    with pytest.raises(CommandError, match=message):
        move_in(tmp_path, content)


def test_rows_of_odd_shapes_do_no_harm(tmp_path):
    odd = post(2, title=None, slug=7, html=["x"], lexical="{", published_at=True, visibility=None)
    content = export(post(), odd, users="none", posts_tags=[None, {"post_id": "id1"}])
    content["db"][0]["data"]["posts"] += [
        None,
        {},
        {"id": 3, "lexical": '{"root": {"children": 1}}'},
    ]

    said = move_in(tmp_path, content, "--publish")

    assert Article.objects.count() == 3
    assert "1 post without a number" in said


@pytest.mark.parametrize("nothing", ["\u200b", "\u3164\u2800", "\u00ad \u202e", " "])
def test_names_of_which_nothing_can_be_seen_are_none(tmp_path, nothing):
    content = export(
        post(title=nothing),
        users=[{"id": "u1", "name": nothing, "slug": "ada"}],
        tags=[{"id": "t1", "name": nothing, "slug": "tea"}],
        posts_tags=[{"post_id": "id1", "tag_id": "t1"}],
    )

    move_in(tmp_path, content, "--publish")

    article = Article.objects.get()
    assert (article.title, article.topic, article.authors.count()) == ("Some words.", None, 0)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.000-14:00"])
def test_date_that_no_calendar_has_is_none(tmp_path, date):
    said = move_in(tmp_path, export(post(published_at=date)), "--publish")

    assert Article.objects.get().published_at is None
    assert "no date of publication in the past" in said
