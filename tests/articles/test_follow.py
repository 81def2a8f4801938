"""How readers hear of new articles: one page explains it, and pages of topics and people lead there."""

from tests import factories
from tests.markup import links_of


def test_page_links_the_feeds_of_site_topics_and_series(client, db):
    food = factories.topic(name="Food")
    vitamins = factories.topic(name="Vitamins", parent=food)
    article = factories.published_article(topic=vitamins)
    factories.series(article, title="Road")

    links = links_of(client.get("/follow/").text)

    assert {
        *("/feed/", "/feed.json", "/newsletter/", "/authors/"),
        *("/topics/food/feed/", "/topics/vitamins/feed.json", "/series/road/feed/"),
    } <= links.keys()


def test_addresses_stand_there_whole_to_be_copied(client, db):
    assert "<code>http://testserver/feed/</code>" in client.get("/follow/").text


def test_topic_and_author_can_be_followed_from_their_pages(client, db):
    ada, sleep = factories.author(name="Ada"), factories.topic(name="Sleep")
    factories.published_article(by=ada, topic=sleep)

    for path in ("/authors/ada/", "/topics/sleep/"):
        main = client.get(path).text.partition("<main")[2].partition("</main>")[0]
        assert {f"{path}feed/", "/newsletter/", "/follow/"} <= links_of(main).keys()


def test_every_page_leads_there(client, db):
    assert "/follow/" in links_of(client.get("/about/").text.partition("<footer")[2])
