"""The archive by month and by year."""

from datetime import UTC, datetime

import pytest

from articles.models import Article
from tests import factories
from tests.markup import links_of, one_line, relations_of

pytestmark = pytest.mark.day("2026-11-21T12:00")


def published_on(*moments: str, **fields) -> list[Article]:
    articles = [factories.published_article(title=f"Of {moment}", **fields) for moment in moments]
    for article, moment in zip(articles, moments, strict=True):
        article.published_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        article.save(update_fields=["published_at"])
    return articles


def titles(response) -> list[str]:
    return [article.title for article in response.context["list"].rows]


def test_month_shows_its_articles_only_newest_first(client, db):
    published_on(
        "2026-03-31T23:59:59", "2026-04-01T00:00", "2026-04-30T23:59:59", "2026-05-01T00:00"
    )

    response = client.get("/archive/2026/04/")

    assert titles(response) == ["Of 2026-04-30T23:59:59", "Of 2026-04-01T00:00"]
    assert "<h1>April 2026</h1>" in one_line(response.text)
    assert relations_of(response.text)["canonical"] == "http://testserver/archive/2026/04/"


def test_month_is_that_of_the_sites_time_zone(client, db, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    published_on("2026-04-30T13:00")

    assert client.get("/archive/2026/04/").status_code == 404
    assert client.get("/archive/2026/05/").status_code == 200
    assert "/archive/2026/05/" in links_of(client.get("/archive/").text)


def test_year_shows_all_its_months(client, db):
    published_on("2023-12-31T10:00", "2024-01-01T10:00", "2024-12-31T10:00", "2025-01-01T10:00")

    response = client.get("/archive/2024/")

    assert titles(response) == ["Of 2024-12-31T10:00", "Of 2024-01-01T10:00"]
    assert links_of(response.text)["/archive/2024/12/"] == "December 2024"


@pytest.mark.parametrize(
    "path",
    ["2026/05/", "2025/", "2026/13/", "2026/00/", "2026/4/", "0000/", "0000/01/", "0001/01/", "9999/12/",
     "9999/", "٢٠٢٦/04/", "2026/04/01/", "-2026/", "20260/"],
)  # fmt: skip
def test_empty_or_malformed_period_is_not_found(client, db, path):
    published_on("2026-04-01T10:00")

    assert client.get(f"/archive/{path}").status_code == 404


def test_month_leads_to_the_nearest_months_that_have_articles(client, db):
    published_on("2025-11-05T10:00", "2026-04-01T10:00", "2026-06-30T10:00", "2026-09-01T10:00")

    context = client.get("/archive/2026/04/").context
    last = client.get("/archive/2026/09/")

    assert context["earlier"].get_absolute_url() == "/archive/2025/11/"
    assert context["later"].get_absolute_url() == "/archive/2026/06/"
    assert "later" not in last.context
    assert relations_of(last.text)["prev"] == "/archive/2026/06/"


def test_year_leads_to_other_years(client, db):
    published_on("2020-11-05T10:00", "2026-04-01T10:00")

    context = client.get("/archive/2026/").context

    assert context["earlier"].get_absolute_url() == "/archive/2020/"
    assert "later" not in context


def test_archive_lists_its_months_with_their_numbers(client, db):
    published_on("2025-11-05T10:00", "2026-04-01T10:00", "2026-04-20T10:00")

    response = client.get("/archive/")

    years = [
        (str(year), [(str(m), n) for m, n in months]) for year, months in response.context["years"]
    ]
    assert years == [("2026", [("April 2026", 2)]), ("2025", [("November 2025", 1)])]
    assert links_of(response.text)["/archive/2026/04/"] == "April"
    assert "2 articles" in one_line(response.text)


def test_drafts_and_scheduled_articles_make_no_month(client, db):
    published_on("2026-04-01T10:00")
    factories.draft()
    scheduled = factories.scheduled_article(days_ahead=400)
    withdrawn = published_on("2024-02-01T10:00")[0]
    withdrawn.withdraw(by=None)

    text = one_line(client.get("/archive/").text)

    assert f"/archive/{scheduled.published_at.year}/" not in text
    assert "/archive/2024/" not in text
    assert client.get(f"/archive/{scheduled.published_at:%Y/%m}/").status_code == 404
    assert client.get("/archive/2024/02/").status_code == 404
    assert "later" not in client.get("/archive/2026/04/").context


def test_long_month_goes_on_on_a_second_page(client, db):
    articles = published_on(*["2026-04-10T10:00"] * 31)

    first = client.get("/archive/2026/04/").context["list"]
    second = client.get("/archive/2026/04/", {"before": first.older})

    assert len({row.pk for row in [*first.rows, *second.context["list"].rows]}) == len(articles)
    assert f"/archive/2026/04/?before={first.older}" in second.context["canonical_url"]
    assert client.get("/archive/2026/04/", {"before": "1-1"}).status_code == 404


def test_archive_costs_the_same_queries_however_many_months(client, db, django_assert_num_queries):
    published_on(
        *[f"20{20 + n}-0{n + 1}-01T10:00" for n in range(6)],
        by=factories.author(), topic=factories.topic(),
    )  # fmt: skip

    with django_assert_num_queries(4):  # menu, list, months, footer
        client.get("/archive/")
    with django_assert_num_queries(4):  # menu, list, months around, footer
        client.get("/archive/2023/04/")
