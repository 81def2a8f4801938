"""The public log of corrections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Correction, Page
from tests import factories
from tests.markup import links_of, one_line, relations_of


def corrected(text: str, *, days_ago: float = 0, article: Article | None = None) -> Correction:
    return Correction.objects.create(
        article=article or factories.published_article(),
        text=text,
        corrected_at=timezone.now() - timedelta(days=days_ago),
    )


def test_log_shows_each_correction_with_its_date_and_article_newest_first(client, db):
    article = factories.published_article(title="Salt")
    corrected("It was 240.", days_ago=2, article=article)
    corrected("It was a rat.", days_ago=1)

    text = one_line(client.get("/corrections/").text)

    assert text.index("It was a rat.") < text.index("It was 240.")
    assert links_of(text)[f"{article.get_absolute_url()}#corrections"] == "Salt"
    assert relations_of(text)["canonical"] == "http://testserver/corrections/"
    assert text.count("<time datetime=") == 2


def test_corrections_of_what_is_not_public_are_in_no_log(client, db):
    withdrawn = factories.published_article(title="Gone")
    withdrawn.withdraw(by=None)
    hidden = [factories.draft(title="Secret"), factories.scheduled_article(title="Plan"), withdrawn]
    for article in hidden:
        corrected("Hidden mistake.", article=article)

    text = one_line(client.get("/corrections/").text)

    assert "Hidden mistake." not in text
    assert not any(article.title in text for article in hidden)
    assert "No corrections yet." in text


def test_log_goes_on_where_the_page_before_ended(client, db):
    article = factories.published_article()
    moment = timezone.now()
    Correction.objects.bulk_create(
        Correction(article=article, text=f"No {number}", corrected_at=moment)
        for number in range(31)
    )

    first = client.get("/corrections/")
    older = first.context["list"].older
    second = client.get("/corrections/", {"before": older})

    shown = {row.pk for answer in (first, second) for row in answer.context["list"].rows}
    assert len(first.context["list"].rows) == 30
    assert len(shown) == 31
    assert "Older corrections" in one_line(first.text)
    address = f"http://testserver/corrections/?before={older}"
    assert relations_of(second.text)["canonical"] == address


def test_bad_place_in_the_log_is_not_found(client, db):
    corrected("One.")

    for cursor in ("x", "1-1", "9" * 50 + "-1"):
        assert client.get("/corrections/", {"before": cursor}).status_code == 404


def test_log_costs_the_same_queries_however_long_it_is(client, db, django_assert_num_queries):
    for number in range(5):
        corrected(f"No {number}")

    with django_assert_num_queries(3):  # topics of the menu, the log, pages of the footer
        client.get("/corrections/")


@pytest.mark.long
def test_log_is_linked_from_the_footer_and_from_corrected_articles(client, db):
    link = 'href="/corrections/"'
    corrected_text = one_line(client.get(corrected("One.").article.get_absolute_url()).text)
    other_text = one_line(client.get(factories.published_article().get_absolute_url()).text)
    Page.objects.all().delete()

    assert corrected_text.count(link) == 2
    assert other_text.count(link) == 1
    assert link in one_line(client.get("/archive/").text)


def test_words_of_a_correction_are_escaped(client, db):
    corrected("<script>alert(1)</script>", article=factories.published_article(title="<b>x</b>"))

    text = one_line(client.get("/corrections/").text)

    assert "<script>alert" not in text
    assert "<b>x" not in text
