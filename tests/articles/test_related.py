"""Related articles at the end of an article."""

import pytest
from django.db import connection

from articles.models import Article
from articles.models.related_list import choose_related_lists
from articles.reading.article_page import read_article
from tests import factories
from tests.markup import one_line

CRAMPS = {"title": "Night cramps and magnesium", "standfirst": "Do tablets help legs at night?"}


@pytest.fixture
def article(db):
    return factories.published_article(topic=factories.topic(name="Movement"), **CRAMPS)


def titles(article: Article) -> list[str]:
    choose_related_lists()
    return [row.title for row in read_article(article.slug).related]


def test_same_topic_comes_before_other_topics(article):
    factories.published_article(title="Cramps", topic=factories.topic())
    factories.published_article(title="Running", topic=article.topic)

    assert titles(article) == ["Running", "Cramps"]


def test_within_a_topic_shared_words_come_first(article):
    for title in ("Legs and cramps at night", "Swimming", "Cycling", "Rowing"):
        factories.published_article(title=title, topic=article.topic, days_ago=9)

    assert titles(article)[0] == "Legs and cramps at night"


def test_text_almost_the_same_counts_more_than_the_topic(article):
    factories.published_article(
        topic=factories.topic(), **CRAMPS | {"title": "Magnesium and night cramps"}
    )
    factories.published_article(title="Running", topic=article.topic)

    assert titles(article)[0] == "Magnesium and night cramps"


def test_equally_like_ones_come_newest_first(article):
    for days in (7, 3, 5):
        factories.published_article(title=f"Day {days}", topic=article.topic, days_ago=days)

    assert titles(article) == titles(article) == ["Day 3", "Day 5", "Day 7"]


def test_article_is_not_related_to_itself_nor_to_what_has_nothing_in_common(article):
    factories.published_article(title="Bread", topic=factories.topic())

    assert titles(article) == []


def test_article_without_topic_is_related_by_its_words(db):
    article = factories.published_article(**CRAMPS)
    factories.published_article(title="Magnesium")
    factories.published_article(title="Bread")

    assert titles(article) == ["Magnesium"]


def test_unpublished_articles_are_related_to_nothing(article, client):
    secret = {"title": "Secret cramps", "topic": article.topic}
    factories.draft(**secret)
    factories.scheduled_article(**secret)
    factories.published_article(**secret).withdraw(by=None)

    assert titles(article) == []
    assert "Secret" not in one_line(client.get(article.get_absolute_url()).text)


@pytest.mark.long
def test_word_that_many_titles_have_tells_nothing(article):
    other = factories.topic()
    for number in range(31):
        factories.published_article(title=f"Magnesium {number}", topic=other)
    factories.published_article(title="Cramps", topic=other)

    assert titles(article) == ["Cramps"]


@pytest.mark.parametrize(
    "title", ["It's “quoted” ' \\ :* & | ! <->", "<b>' OR 1=1 --", "🙂", "的 一", "x" * 200]
)
def test_any_title_can_be_compared(db, title):
    topic = factories.topic()
    article = factories.published_article(title=title, topic=topic)
    other = factories.published_article(title=title, topic=topic)
    choose_related_lists()

    assert read_article(article.slug).related == [other]


def test_page_shows_three_related_articles_and_their_topics(client, article):
    for _ in range(5):
        factories.published_article(topic=article.topic)
    choose_related_lists()

    response = client.get(article.get_absolute_url())

    assert len(response.context["more"]) == 3
    assert "Related articles" in one_line(response.text)


@pytest.mark.long
def test_article_page_costs_at_most_eight_queries(client, article, django_assert_max_num_queries):
    for _ in range(4):
        near = factories.published_article(topic=article.topic, by=factories.author(), days_ago=2)
        factories.approved_comment(near)
    choose_related_lists()

    with django_assert_max_num_queries(8):
        client.get(near.get_absolute_url())


def test_comparing_reads_entries_by_index_only(article):
    """However the planner guesses: of the function's own settings none may be lost."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'articles_related'")
        (settings,) = cursor.fetchone()

    assert "enable_seqscan=off" in settings
