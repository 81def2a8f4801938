"""The article page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Contribution, Correction, Reference
from tests import factories
from tests.markup import one_line

HEADINGS = "<h2>One</h2><p>Text [1].</p><h2>Two</h2><p>More [1].</p><h2>Three</h2><p>End.</p>"


@pytest.fixture
def full_article(db):
    """One with everything an article page can show."""
    topic = factories.topic(name="Sleep", disclaimer="No advice.")
    ada = factories.author(name="Ada", role="Writer", bio="Writes at night.")
    article = factories.draft(
        by=ada, topic=topic, title="Rest", standfirst="Short.", body=HEADINGS,
        key_takeaways=["Sleep more."], disclosure="Paid by nobody.", reviewed_at=timezone.localdate(),
    )  # fmt: skip
    Contribution.objects.create(
        article=article, author=factories.author(name="Rita"), part="reviewer"
    )
    Reference.objects.create(article=article, number=1, text="A study.", url="https://doi.org/1")
    Correction.objects.create(article=article, text="It was 240.")
    article.save()
    article.publish(by=None)
    article.updated_at = timezone.now() + timedelta(hours=1)
    article.save(update_fields=["updated_at"])
    return article


def _text(client, article) -> str:
    return one_line(client.get(article.get_absolute_url()).text)


def test_parts_stand_in_the_order_a_reader_needs(client, full_article):
    text = _text(client, full_article)
    parts = ["breadcrumb", "<h1", "Short.", 'href="/authors/ada/"', "Reviewed by", "Paid by nobody",
             "In this article", "Sleep more.", '<h2 id="one">', 'id="references"', "It was 240.",
             "No advice.", "About the author", "About this article", 'class="tools"',
             'id="comments"']  # fmt: skip

    places = [text.index(part, text.index("<main")) for part in parts]

    assert places == sorted(places)


def test_times_for_machines_are_to_the_second(client, full_article):
    text = _text(client, full_article)

    times = re.findall(r'(?:datetime|_time" content)="([^"]*T[^"]*)"', text)
    assert len(times) > 3
    assert not [time for time in times if "." in time]


@pytest.mark.day("2026-01-02T12:00")
def test_dates_are_told_apart(client, full_article):
    text = _text(client, full_article)

    assert "Updated <time" in text
    assert "<dt>Published</dt> <dd><time" in text
    assert "<dt>Updated</dt> <dd><time" in text
    reviewed = '<time datetime="2026-01-02">2 January 2026</time>'
    assert re.search(f"<dt>Reviewed</dt> <dd> {reviewed} </dd>", text)


def test_update_before_publication_is_not_told(client, db):
    article = factories.published_article(updated_at=timezone.now() - timedelta(days=30))

    text = _text(client, article)
    assert "Updated <time" not in text
    assert "<dt>Updated" not in text
    assert "Published <time" in text


@pytest.mark.day("2026-01-02T12:00")
def test_readers_see_when_it_is_reviewed_next(client, db):
    article = factories.published_article(review_by=timezone.localdate() + timedelta(days=30))

    due = '<dt>Next review due</dt> <dd><time datetime="2026-02-01">1 February 2026</time></dd>'
    assert due in _text(client, article)


def test_article_without_author_is_by_the_publication(client, db):
    article = factories.published_article()

    text = _text(client, article)

    assert "By <b>Colophon</b>" in text
    assert '"author": {"@id": "http://testserver/#organization"}' in text


def test_of_twelve_authors_three_stand_above_and_all_below(client, db):
    article = factories.published_article()
    for number in range(12):
        person = factories.author(name=f"Person {number:02}", bio="A long life.")
        article.contributions.create(author=person, position=number)

    text = _text(client, article)

    above, below = text.split("prose--article")
    assert '<a href="#about-the-author">9 others</a>' in above
    assert ["Person 02" in above, "Person 03" in above.split("<main")[1]] == [True, False]
    assert all(f"<bdi>Person {number:02}</bdi>" in below for number in range(12))
    assert "A long life." not in below


def test_way_to_the_comments_is_short_from_everywhere(client, full_article):
    factories.approved_comment(full_article)

    text = _text(client, full_article)

    assert '<a class="skip-link" href="#comments">' in text
    assert '<a href="#comments">1 comment</a> <a href="#write-comment">Write a comment</a>' in text
    assert '<a href="#comments">Comments (1)</a>' in text
    assert 'class="button button--quiet" href="#write-comment"' in text
    assert 'id="write-comment"' in text


def test_closed_discussion_has_no_way_to_write(client, db):
    article = factories.published_article(comments_open=False)
    factories.approved_comment(article)

    assert "#write-comment" not in _text(client, article)


def test_references_lead_back_to_their_marks(client, full_article):
    text = _text(client, full_article)

    assert 'id="ref-1"' in text
    assert 'href="#cite-1-1"' in text
    assert 'href="#cite-1-2"' in text


def test_reference_with_an_address_of_no_web_is_text(client, db):
    article = factories.published_article()
    Reference.objects.create(article=article, number=1, text="A", url="javascript:alert(1)")

    assert "javascript:" not in _text(client, article)


def test_short_article_has_no_contents_list(client, db):
    article = factories.published_article(body="<h2>One</h2><p>a</p><h2>Two</h2><p>b</p>")

    assert "In this article" not in _text(client, article)


def test_neighbours_and_more_of_the_topic_are_public_ones(client, db):
    topic = factories.topic(name="Sleep")
    older = factories.published_article(title="Older one", topic=topic, days_ago=3)
    article = factories.published_article(topic=topic, days_ago=2)
    newer = factories.published_article(title="Newer one", days_ago=1)
    factories.scheduled_article(title="Hidden", topic=topic)
    factories.draft(title="Hidden too", topic=topic)

    response = client.get(article.get_absolute_url())

    assert response.context["older"] == older
    assert response.context["newer"] == newer
    assert list(response.context["more"]) == [older]
    assert "Hidden" not in response.text


def test_neighbours_of_the_same_moment_are_found(client, db):
    first, second, third = (factories.published_article() for _ in range(3))
    moment = timezone.now() - timedelta(hours=1)
    type(first).objects.update(published_at=moment)

    context = client.get(second.get_absolute_url()).context

    assert context["older"] == first
    assert context["newer"] == third


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled_article])
def test_unpublished_article_is_not_found_even_for_its_editor(make, client_of, editor):
    article = make()

    assert client_of(editor).get(article.get_absolute_url()).status_code == 404


def test_words_of_people_are_escaped(client, db):
    evil = "<script>alert(1)</script>"
    writer = factories.author(name=evil, bio=evil, role=evil, credentials=evil)
    topic = factories.topic(name=evil, disclaimer=evil)
    article = factories.published_article(
        by=writer, topic=topic, title=evil, standfirst=evil, disclosure=evil, key_takeaways=[evil]
    )
    Correction.objects.create(article=article, text=evil)
    Reference.objects.create(article=article, number=1, text=evil)

    pages = [_text(client, article), client.get("/").text,
             client.get(writer.get_absolute_url()).text,
             client.get(topic.get_absolute_url()).text]  # fmt: skip

    assert not any("<script>" in page for page in pages)


def test_head_tells_networks_what_the_article_is(client, full_article):
    text = _text(client, full_article)

    assert '<meta property="og:type" content="article">' in text
    assert '<meta property="og:title" content="Rest">' in text
    assert '<meta property="article:author" content="http://testserver/authors/ada/">' in text
    assert '<meta name="description" content="Short.">' in text


@pytest.mark.long
def test_whole_article_page_costs_at_most_ten_queries(
    client, full_article, django_assert_max_num_queries
):
    for number in range(5):
        factories.published_article(topic=full_article.topic, by=factories.author(), days_ago=number + 1)  # fmt: skip
        factories.approved_comment(full_article)

    with django_assert_max_num_queries(5):
        client.get("/articles/rest/")


def test_hero_comes_with_its_size_its_words_and_at_once(client, db):
    hero = factories.image(alt_text="Hills", caption="At dusk.", credit="A. Painter")
    article = factories.published_article(hero=hero)

    text = _text(client, article)

    assert f'width="{hero.width}" height="{hero.height}" alt="Hills" fetchpriority="high"' in text
    assert "At dusk." in text
    assert "A. Painter" in text
    assert f'<meta property="og:image" content="http://testserver{hero.shared_path}">' in text


def test_author_without_portrait_is_drawn_with_initials(client, db):
    article = factories.published_article(by=factories.author(name="Ada Lovelace"))

    assert 'aria-hidden="true">AL</span>' in _text(client, article)
