"""The export for WordPress is well-formed WXR 1.2, and our own importer reads the same site from it."""

from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from articles.models import Article, Image, Page
from comments.models import Comment
from config.moving.archive.wxr import wxr
from tests import factories
from tests.moving.full_site import full_site

pytestmark = pytest.mark.django_db
WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
# What the importer of WordPress reads of each item.
OF_AN_ITEM = ["post_id", "post_date", "post_date_gmt", "comment_status", "ping_status", "post_name"]
OF_AN_ITEM += ["status", "post_parent", "menu_order", "post_type", "post_password", "is_sticky"]
OF_A_COMMENT = ["comment_id", "comment_author", "comment_author_email", "comment_author_url"]
OF_A_COMMENT += ["comment_author_IP", "comment_date", "comment_date_gmt", "comment_content"]
OF_A_COMMENT += ["comment_approved", "comment_type", "comment_parent", "comment_user_id"]


def parsed():
    return ElementTree.fromstring("".join(wxr())).find("channel")  # noqa: S314 - our own


def told(article):
    """What must come back of an article."""
    return {
        "title": article.title,
        "slug": article.slug,
        "standfirst": " ".join(article.standfirst.split()),
        "text": article.plain_text,
        "published": article.published_at and article.published_at.replace(microsecond=0),
        "topic": article.topic and article.topic.name,
        "writers": [person.name for person in article.writers],
        "references": list(article.references.values_list("number", "text", "url")),
        "open": article.comments_open,
        "picture": bool(article.hero),
        "comments": [thread(row) for row in article.comments.order_by("pk")
                     if row.status in {"approved", "pending", "held"}],
    }  # fmt: skip


def thread(comment):
    above = comment.parent.body if comment.parent else ""
    state = "approved" if comment.is_approved else "pending"
    return (
        comment.name,
        comment.email,
        comment.body,
        state,
        above,
        comment.created_at.replace(microsecond=0),
    )


def test_site_comes_back_from_the_export_for_wordpress(tmp_path, settings):
    file, media = tmp_path / "wordpress.xml", settings.MEDIA_ROOT
    with transaction.atomic():
        full_site()
        Article.objects.filter(slug="to-come").delete()
        expected = {
            row.title: told(row)
            for row in Article.objects.filter(status__in=["draft", "published"])
        }
        # A draft has no date here.
        file.write_text("".join(wxr()))
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = tmp_path / "new-media"

    call_command(
        "import_from", "wordpress", str(file), "--publish", "--media", str(media), verbosity=0
    )

    found = {row.title: told(row) for row in Article.objects.all() if row.title in expected}
    assert set(found) == set(expected)
    for title, article in expected.items():
        for name, value in article.items():
            assert found[title][name] == value, name
    assert Image.objects.get().alt_text == "A grey area."
    assert Image.objects.get().file.url in Article.objects.get(slug="sleep").body


def test_items_have_what_wordpress_reads():
    full_site()
    channel = parsed()

    assert channel.findtext(f"{WP}wxr_version") == "1.2"
    assert {row.findtext(f"{WP}author_login") for row in channel.findall(f"{WP}author")} == {"ada-leaf", "ben-twig"}  # fmt: skip
    parents = {row.findtext(f"{WP}category_nicename"): row.findtext(f"{WP}category_parent")
               for row in channel.findall(f"{WP}category")}  # fmt: skip
    assert parents == {"sleep": "", "naps-rest": "sleep"}
    for item in channel.findall("item"):
        names = {child.tag.removeprefix(WP) for child in item}
        assert set(OF_AN_ITEM) <= names
        assert {"title", "link", "guid", CONTENT} <= names
        for comment in item.findall(f"{WP}comment"):
            assert [child.tag.removeprefix(WP) for child in comment] == OF_A_COMMENT
    numbers = [item.findtext(f"{WP}post_id") for item in channel.findall("item")]
    assert len(numbers) == len(set(numbers))


def test_only_public_articles_are_published_there():
    full_site()

    states = {item.findtext(f"{WP}post_name"): item.findtext(f"{WP}status")
              for item in parsed().findall("item") if item.findtext(f"{WP}post_type") == "post"}  # fmt: skip

    assert states == {
        "sleep": "publish",
        "a-draft": "draft",
        "to-come": "future",
        "withdrawn": "private",
    }


def test_comments_keep_their_state():
    article = factories.published_article()
    factories.approved_comment(article, body="shown")
    factories.comment(article, body="waits")
    rejected = factories.comment(article, body="no")
    rejected.reject(by=None, reason="")

    states = {row.findtext(f"{WP}comment_content"): row.findtext(f"{WP}comment_approved")
              for row in parsed().iter(f"{WP}comment")}  # fmt: skip

    assert states == {"shown": "1", "waits": "0", "no": "trash"}


def test_nothing_private_but_addresses_is_told():
    article = factories.published_article()
    Comment.objects.filter(pk=factories.comment(article).pk).update(network="192.0.2.0/24")

    assert "192.0.2" not in "".join(wxr())


def test_words_in_brackets_are_no_shortcodes_there():
    factories.published_article(body="<p>See [gallery] and [1].</p>")
    Page.objects.all().delete()

    (item,) = parsed().findall("item")

    assert "See &#91;gallery] and [1]." in item.findtext(CONTENT)


def test_characters_that_xml_cannot_hold_are_left_out():
    article = factories.draft()
    with connection.cursor() as cursor:  # past the fields, which refuse them
        cursor.execute(
            "UPDATE articles_article SET title = %s WHERE id = %s", ["a\x0bb\ufffec", article.pk]
        )

    assert "abc" in [item.findtext("title") for item in parsed().findall("item")]
