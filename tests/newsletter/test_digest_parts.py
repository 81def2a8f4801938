"""Of a digest readers who chose topics get the parts of these topics, and those without a topic."""

import re
from email import message_from_bytes, policy

import pytest

from newsletter.composing.digest import make_digest
from newsletter.composing.warnings import warnings_of
from newsletter.models import Issue
from newsletter.sending.rendering import render_body
from tests import factories
from tests.markup import words_of
from tests.newsletter.issues import work

pytestmark = pytest.mark.django_db(transaction=True)
TITLES = ("Bread", "Beds", "Siesta", "Anything")


@pytest.fixture
def topics():
    food, sleep = factories.topic(name="Food"), factories.topic(name="Sleep")
    return {"Food": food, "Sleep": sleep, "Naps": factories.topic(name="Naps", parent=sleep)}


@pytest.fixture
def digest(topics):
    """A digest with an article of each topic."""
    for title, name in zip(TITLES, topics, strict=False):
        factories.published_article(title=title, topic=topics[name])
    return make_digest(by=None)


def reader_of(*topics):
    person = factories.subscriber()
    person.topics.set(topics)
    return person


def start(issue):
    issue.start(by=None, body=render_body(issue))


@pytest.fixture
def received(sink):
    """What each of these people gets of an issue: words of its HTML, of its text, and its preheader."""

    def send(issue, *people):
        server = sink()
        start(issue)
        work()
        mails = [message_from_bytes(raw, policy=policy.default) for raw in server.mails]
        by_address = {mail["To"]: mail for mail in mails}
        assert len(by_address) == len(mails) == len(people)
        return [read(by_address[person.email]) for person in people]

    return send


def read(mail):
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<!--for" not in html + text
    assert "<!--/for" not in html + text
    preheader = re.search(r'class="preheader"[^>]*>(.*?)</div>', html, re.DOTALL)[1]
    body = html.replace(preheader, "")
    in_html, in_text, in_preheader = (
        {word for word in (*TITLES, "Food", "Sleep", "Naps") if word in part}
        for part in (body, text, preheader)
    )
    assert in_html == in_text
    assert in_preheader == in_html & set(TITLES)
    return in_html


def test_readers_get_the_parts_of_their_topics_and_sub_topics(received, digest, topics):
    people = [factories.subscriber(), *(reader_of(topic) for topic in topics.values())]

    everything, of_food, of_sleep, of_naps = received(digest, *people)

    assert everything == {"Bread", "Beds", "Siesta", *topics}
    assert of_food == {"Bread", "Food"}
    assert of_sleep == {"Beds", "Sleep", "Siesta", "Naps"}
    assert of_naps == {"Siesta", "Naps"}


def test_article_without_a_topic_is_for_everybody(received, topics):
    factories.published_article(title="Anything")
    factories.published_article(title="Bread", topic=topics["Food"])
    digest = make_digest(by=None)

    of_sleep, of_food = received(digest, reader_of(topics["Sleep"]), reader_of(topics["Food"]))

    assert of_sleep == {"Anything"}
    assert of_food == {"Anything", "Bread", "Food"}


def test_nobody_gets_an_empty_digest_after_an_editor_has_changed_it(received, digest, topics):
    digest.blocks.filter(article__topic=topics["Food"]).delete()

    [of_food] = received(digest, reader_of(topics["Food"]))

    assert {"Beds", "Siesta"} <= of_food


def test_issue_of_an_editor_is_the_same_for_all(received, topics):
    issue = factories.issue(kind=Issue.Kind.ISSUE, preheader="Bread Beds")
    for title, name in (("Bread", "Food"), ("Beds", "Sleep")):
        article = factories.published_article(title=title, topic=topics[name])
        issue.blocks.create(kind="article", article=article)

    [of_food] = received(issue, reader_of(topics["Food"]))

    assert {"Bread", "Beds"} <= of_food


def test_digest_of_several_topics_is_named_after_the_site(digest):
    assert digest.subject.startswith("New on Colophon, ")
    assert not any("preview text" in said for said in warnings_of(digest, render_body(digest)))


def test_digest_of_one_topic_is_named_after_its_first_article(topics):
    factories.published_article(title="Bread", standfirst="Warm.", topic=topics["Food"])

    digest = make_digest(by=None)

    assert (digest.subject, digest.preheader) == ("Bread", "Warm.")


def test_preview_as_a_subscriber_shows_their_parts(client_of, digest, topics):
    client = client_of(factories.user("root", is_superuser=True, group="Editor"))
    page = f"/admin/newsletter/issue/{digest.pk}/preview/mail/"

    own = client.get(f"{page}?as={reader_of(topics['Food']).email}").text
    whole = client.get(page).text

    assert "Bread" in own
    assert "Beds" not in words_of(own)
    assert "Beds" in whole
    assert "<!--for" not in own + whole
