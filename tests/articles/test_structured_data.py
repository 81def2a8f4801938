"""schema.org in JSON-LD: what pages say to machines."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import AuthorLink, Contribution, Correction, Reference
from tests import factories
from tests.markup import linked_data

pytestmark = pytest.mark.day("2026-11-21T12:00")


def _graph(client, path: str) -> dict[str, dict]:
    """The nodes of a page by type."""
    data = linked_data(client.get(path).text)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


@pytest.fixture
def article(db):
    """One with everything that is said about articles."""
    ada = factories.author(
        name="Ada", slug="ada", role="Contributing writer", affiliation="Analytical Society",
        orcid="0000-0002-1825-0097", credentials="MD",
    )  # fmt: skip
    row = factories.draft(
        by=ada, slug="rest", title="Rest", standfirst="Short.", hero=factories.image(),
        topic=factories.topic(name="Sleep", slug="sleep"), reviewed_at=date(2026, 1, 2),
    )  # fmt: skip
    Contribution.objects.create(article=row, author=factories.author(name="Bob"), position=1)
    Contribution.objects.create(article=row, author=factories.author(name="Rita"), part="reviewer")
    Reference.objects.create(article=row, number=1, text="A study.", url="https://doi.org/1")
    row.publish(by=None)
    row.published_at = timezone.now() - timedelta(days=9)
    row.save(update_fields=["published_at"])
    Correction.objects.create(article=row, text="It was 240.")
    return row


def test_review_is_said_of_the_page_and_authorship_of_the_article(client, article):
    page = _graph(client, "/articles/rest/")["MedicalWebPage"]

    assert page["url"] == "http://testserver/articles/rest/"
    assert page["lastReviewed"] == "2026-01-02"
    assert [person["name"] for person in page["reviewedBy"]] == ["Rita"]
    assert page["mainEntity"]["@type"] == "Article"
    assert "reviewedBy" not in page["mainEntity"]


def test_article_carries_what_search_engines_ask_for(client, article):
    node = _graph(client, "/articles/rest/")["MedicalWebPage"]["mainEntity"]

    assert node["headline"] == "Rest"
    assert node["description"] == "Short."
    assert node["wordCount"] == article.word_count
    assert node["about"]["name"] == node["articleSection"] == "Sleep"
    assert node["mainEntityOfPage"] == {"@id": "http://testserver/articles/rest/"}
    assert all(image["url"].startswith("http://testserver/") for image in node["image"])
    assert datetime.fromisoformat(node["datePublished"]).utcoffset() is not None


def test_each_author_is_listed_with_address_and_standing(client, article):
    ada, bob = _graph(client, "/articles/rest/")["MedicalWebPage"]["mainEntity"]["author"]

    assert ada == {
        "@type": "Person",
        "name": "Ada",
        "url": "http://testserver/authors/ada/",
        "honorificSuffix": "MD",
        "jobTitle": "Contributing writer",
        "affiliation": {"@type": "Organization", "name": "Analytical Society"},
        "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
    }
    assert bob["name"] == "Bob"
    assert "affiliation" not in bob


def test_sources_and_corrections_are_listed(client, article):
    node = _graph(client, "/articles/rest/")["MedicalWebPage"]["mainEntity"]
    corrected = article.corrections.get().corrected_at.isoformat(timespec="seconds")

    assert node["citation"] == [
        {"@type": "CreativeWork", "name": "A study.", "url": "https://doi.org/1"}
    ]
    assert node["correction"] == [
        {"@type": "CorrectionComment", "text": "It was 240.", "datePublished": corrected}
    ]
    assert node["dateModified"] == corrected


def test_times_carry_the_offset_of_the_sites_zone(client, article, settings):
    settings.TIME_ZONE = "Asia/Tokyo"

    node = _graph(client, "/articles/rest/")["MedicalWebPage"]["mainEntity"]

    assert node["datePublished"].endswith("+09:00")


def test_breadcrumb_leads_from_home_over_the_topic(client, article):
    steps = _graph(client, "/articles/rest/")["BreadcrumbList"]["itemListElement"]

    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "Home"), (2, "Sleep"), (3, "Rest")
    ]  # fmt: skip
    assert steps[1]["item"] == "http://testserver/topics/sleep/"


def test_publication_about_something_else_does_not_call_its_pages_medical(
    client, article, settings
):
    settings.HEALTH_PUBLICATION = False

    graph = _graph(client, "/articles/rest/")

    assert "MedicalWebPage" not in graph
    assert graph["WebPage"]["mainEntity"]["@type"] == "Article"


def test_author_page_is_a_profile_with_the_persons_places(client, article):
    ada = article.writers[0]
    AuthorLink.objects.create(author=ada, label="Site", url="https://ada.example")
    AuthorLink.objects.create(author=ada, label="Bad", url="javascript:alert(1)")

    person = _graph(client, "/authors/ada/")["ProfilePage"]["mainEntity"]

    assert person["@type"] == "Person"
    assert person["sameAs"] == ["https://orcid.org/0000-0002-1825-0097", "https://ada.example"]


def test_front_page_names_site_and_publisher(client, db):
    graph = _graph(client, "/")

    assert graph["WebSite"]["name"] == graph["Organization"]["name"] == "Colophon"
    assert graph["Organization"]["logo"]["url"].startswith("http://testserver/static/icons/mark")


@pytest.mark.parametrize("path", ["/", "/articles/rest/", "/authors/ada/", "/topics/sleep/"])
def test_every_reference_within_a_page_is_answered_there(client, article, path):
    data = linked_data(client.get(path).text)
    named = set(re.findall(r'"@id": "([^"]+)"', json.dumps(data)))

    defined = {node["@id"] for node in data["@graph"]}
    defined |= {node["mainEntity"].get("@id") for node in data["@graph"] if "mainEntity" in node}

    assert named <= defined


def test_text_cannot_leave_the_block(client, db):
    title = '</script><script>alert(1)</script><!-- "&'
    factories.published_article(
        title=title, slug="x", standfirst=title, by=factories.author(name=title, slug="a"),
        topic=factories.topic(name=title, slug="t"),
    )  # fmt: skip

    for path in ("/articles/x/", "/authors/a/", "/topics/t/"):
        assert "<script>" not in client.get(path).text
        assert title in json.dumps(list(_graph(client, path).values()), ensure_ascii=False).replace(
            '\\"', '"'
        )


def test_preview_says_nothing_to_machines(client_of, editor):
    factories.draft(slug="plan", by=factories.author())

    text = client_of(editor).get("/articles/plan/preview/").text

    assert "ld+json" not in text
    assert "og:image" not in text


def test_pages_name_the_feeds_of_their_subject(client, article):
    feed = '<link rel="alternate" type="application/{}" title="{}" href="{}">'

    everywhere = client.get("/archive/").text
    topic = client.get("/topics/sleep/").text
    author = client.get("/authors/ada/").text

    assert feed.format("atom+xml", "Colophon", "/feed/") in everywhere
    assert feed.format("feed+json", "Colophon", "/feed.json") in everywhere
    assert feed.format("atom+xml", "Sleep · Colophon", "/topics/sleep/feed/") in topic
    assert feed.format("feed+json", "Ada · Colophon", "/authors/ada/feed.json") in author


def test_networks_are_told_place_time_and_people(client, article):
    text = client.get("/articles/rest/").text
    said = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', text))

    assert said["og:url"] == "http://testserver/articles/rest/"
    assert said["og:locale"] == "en_US"
    assert said["article:section"] == said["article:tag"] == "Sleep"
    published = article.published_at.isoformat(timespec="seconds")
    assert said["article:published_time"] == published
    assert said["article:modified_time"] > published
