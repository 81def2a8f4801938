"""The JSON API of articles, topics and authors, each answer held against its description."""

import json

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from config.api.views import openapi
from tests import factories
from tests.browser.pages import expert, full_article
from tests.config.api_contract import ask, fields


@pytest.fixture
def article(db):
    return full_article(expert(), topic=factories.topic(name="Sleep", slug="sleep"))


def test_description_is_openapi_of_valid_schemas(client, db):
    described = fields(client, "/api/v1/openapi.json")

    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "http://testserver"}]
    for schema in openapi()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_each_path_of_the_api_is_described(db):
    from config.api.urls import urlpatterns

    served = {str(entry.pattern) for entry in urlpatterns if entry.name != "nothing"}

    described = {path.removeprefix("/api/v1/") for path in openapi()["paths"]} - {"/oembed"}
    assert {path.replace("<slug:slug>", "{slug}") for path in served} == described


def test_entrance_leads_to_all_lists(client, article):
    factories.series(article)
    entrance = fields(client, "/api/v1/")

    for name in ("articles", "topics", "series", "authors"):
        assert fields(client, entrance[f"{name}_url"])["items"]


def test_article_has_all_that_its_page_shows(client, article):
    found = fields(client, f"/api/v1/articles/{article.slug}/")

    assert found["title"] == "How long should you sleep?"
    assert found["url"] == f"http://testserver/articles/{article.slug}/"
    assert "<h2" in found["content_html"]
    assert 'src="http://testserver/media/' in found["content_html"]
    assert [one["part"] for one in found["contributors"]] == ["author", "reviewer"]
    assert [one["number"] for one in found["references"]] == [1, 2]
    assert found["corrections"][0]["text"] == "An earlier version said eight hours."
    assert found["topic"]["slug"] == "sleep"
    assert found["image"]["credit"] == "Drawing: us"
    assert found["published_at"].endswith("+00:00")


def test_topic_and_person_have_what_their_pages_show(client, article):
    topic = fields(client, "/api/v1/topics/sleep/")
    person = fields(client, f"/api/v1/authors/{article.writers[0].slug}/")

    assert topic["article_count"] == 1
    assert person["biography"].startswith("Writes about sleep.")
    assert person["links"] == [{"label": "Website", "url": "https://maren.example/"}]


@pytest.mark.parametrize("filters", ["", "topic=sleep", "author=ada"])
def test_list_is_walked_by_its_cursors_to_the_end(client, db, filters):
    ada, sleep = factories.author(name="Ada"), factories.topic(name="Sleep")
    at = timezone.now()
    for number in range(45):
        row = factories.published_article(title=f"Part {number}", by=ada, topic=sleep)
        row.published_at = at  # all at once: the number tells them apart
        row.save(update_fields=["published_at"])
    factories.published_article(title="Of somebody else", by=factories.author())

    seen, following = [], f"/api/v1/articles/?{filters}"
    while following:
        page = fields(client, following)
        seen += [one["title"] for one in page["items"]]
        following = page["next"]

    assert len(seen) == len(set(seen)) == (45 if filters else 46)


@pytest.mark.parametrize("kind", ["topics", "authors", "series"])
def test_topics_people_and_series_come_in_pages(client, db, kind):
    for _number in range(25):
        article = factories.published_article(by=factories.author(), topic=factories.topic())
        factories.series(article)

    first = fields(client, f"/api/v1/{kind}/")
    second = fields(client, first["next"])

    slugs = [one["slug"] for page in (first, second) for one in page["items"]]
    assert len(slugs) == len(set(slugs)) == 25
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "1-x", "-1", "9" * 40, "1-2-3"])
def test_what_is_no_cursor_is_refused(client, db, cursor):
    problem = fields(client, f"/api/v1/articles/?cursor={cursor}", status=400)

    assert "`next`" in problem["detail"]


def test_topic_and_author_at_once_are_refused(client, db):
    ask(client, "/api/v1/articles/?topic=a&author=b", status=400)


@pytest.mark.parametrize("query", ["topic=nothing", "author=nobody"])
def test_list_of_an_unknown_topic_or_person_is_not_found(client, db, query):
    ask(client, f"/api/v1/articles/?{query}", status=404)


def test_parameters_that_mean_nothing_are_passed_over(client, article):
    assert fields(client, "/api/v1/articles/?colour=red&page=9")["items"]


def test_former_slug_leads_to_that_of_today(client, article):
    former = article.slug
    article.slug = "sleep-longer"
    article.save()

    moved = ask(client, f"/api/v1/articles/{former}/", status=301)

    assert moved.headers["Location"] == "/api/v1/articles/sleep-longer/"
    assert moved.headers["Access-Control-Allow-Origin"] == "*"


def test_withdrawn_article_is_gone_without_a_word_of_it(client, article):
    article.withdraw(by=None, notice="The dose was wrong.")

    gone = ask(client, f"/api/v1/articles/{article.slug}/", status=410)

    assert "dose" not in gone.text
    assert "sleep" not in gone.text
    assert fields(client, "/api/v1/articles/")["items"] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_are_not_allowed(db, client, method):
    client.handler.enforce_csrf_checks = True

    answer = ask(client, "/api/v1/articles/", status=405, method=method)

    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(answer.text)["title"] == "Method Not Allowed"


def test_every_site_may_ask(client, article):
    preflight = ask(client, "/api/v1/articles/", status=204, method="options")
    found = ask(client, "/api/v1/articles/")
    missing = client.get("/api/v1/nothing/of/the/kind")

    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for answer in (preflight, found, missing):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"


def test_link_header_leads_to_the_next_page(client, db):
    for _number in range(21):
        factories.published_article()

    answer = ask(client, "/api/v1/articles/")

    assert answer.headers["Link"] == f'<{json.loads(answer.text)["next"]}>; rel="next"'


def _queries(client, address, count):
    with count() as asked:
        fields(client, address)
    return len(asked)


def test_queries_are_as_many_for_one_row_as_for_a_full_page(
    client, article, django_assert_max_num_queries
):
    def count():
        return django_assert_max_num_queries(6)

    addresses = ["/api/v1/articles/", "/api/v1/articles/?topic=sleep", "/api/v1/topics/"]
    addresses += ["/api/v1/authors/", f"/api/v1/articles/{article.slug}/"]
    addresses += ["/api/v1/series/", "/api/v1/series/nights/"]
    factories.published_article(by=factories.author(), topic=article.topic)
    nights = factories.series(article, title="Nights")
    few = [_queries(client, address, count) for address in addresses]
    for _number in range(20):
        row = factories.published_article(
            by=factories.author(portrait=factories.image()), hero=factories.image(),
            topic=factories.topic(parent=article.topic),
        )  # fmt: skip
        nights.entries.create(article=row)
        factories.series(factories.published_article())
        factories.published_article(by=factories.author(), topic=article.topic)

    assert [_queries(client, address, count) for address in addresses] == few
