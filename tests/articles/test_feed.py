"""The Atom feed, RFC 4287."""

import xml.etree.ElementTree as ET

from articles.models import Contribution, Reference
from tests import factories

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def _feed(client) -> ET.Element:
    return ET.fromstring(client.get("/feed/").content)  # noqa: S314 - our own answer


def test_feed_holds_only_published_articles_newest_first(client, db):
    factories.published_article(title="Old", days_ago=3)
    factories.published_article(title="New", days_ago=1)
    factories.draft(title="Draft")
    factories.scheduled_article(title="Plan")

    titles = [node.text for node in _feed(client).findall("a:entry/a:title", ATOM)]

    assert titles == ["New", "Old"]


def test_feed_and_entries_carry_what_atom_demands(client, db):
    factories.published_article()

    feed = _feed(client)

    for node in (feed, feed.find("a:entry", ATOM)):
        assert all(node.find(f"a:{name}", ATOM) is not None for name in ("id", "title", "updated"))
    assert feed.find("a:link[@rel='self']", ATOM).get("href") == "http://testserver/feed/"


def test_empty_feed_is_still_a_feed(client, db):
    assert _feed(client).findall("a:entry", ATOM) == []


def test_entry_keeps_its_id_when_its_address_changes(client, db):
    article = factories.published_article(slug="old")
    before = _feed(client).findtext("a:entry/a:id", namespaces=ATOM)
    article.slug = "new"
    article.save()

    after = _feed(client).findtext("a:entry/a:id", namespaces=ATOM)

    assert before == after
    assert before.startswith("tag:testserver,20")


def test_entry_names_all_writers_and_no_reviewer(client, db):
    article = factories.published_article(by=factories.author(name="Ada"))
    Contribution.objects.create(article=article, author=factories.author(name="Bob"), position=1)
    Contribution.objects.create(
        article=article, author=factories.author(name="Rita"), part="reviewer"
    )

    names = [node.text for node in _feed(client).findall("a:entry/a:author/a:name", ATOM)]

    assert names == ["Ada", "Bob"]


def test_entry_carries_the_text_with_whole_addresses(client, db):
    article = factories.published_article(
        slug="rest", body='<p>See <a href="/about/">us</a> [1].</p>'
    )
    Reference.objects.create(article=article, number=1, text="A")
    article.save()

    content = _feed(client).find("a:entry/a:content", ATOM)

    assert content.get("type") == "html"
    assert 'href="http://testserver/about/"' in content.text
    assert 'href="http://testserver/articles/rest/#ref-1"' in content.text


def test_characters_that_xml_cannot_hold_break_nothing(client, db):
    factories.published_article(
        title="Bell\x07 \x0b\ufffe", standfirst="\x1f", by=factories.author(name="\x08Ada")
    )

    assert _feed(client).findtext("a:entry/a:title", namespaces=ATOM).strip() == "Bell"


def test_unchanged_feed_is_not_sent_again(client, db):
    factories.published_article()
    etag = client.get("/feed/").headers["ETag"]

    assert client.get("/feed/", headers={"if-none-match": etag}).status_code == 304


def test_feed_costs_the_same_queries_however_many_articles(
    client, db, django_assert_max_num_queries
):
    for _ in range(5):
        factories.published_article(by=factories.author(), topic=factories.topic())

    with django_assert_max_num_queries(2):
        client.get("/feed/")
