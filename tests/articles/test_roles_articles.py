"""Who sees and changes which article in the admin: lists, typed addresses, history, autocomplete, actions."""

import pytest

from articles.models import Article, Contribution
from tests import factories
from tests.articles.typed_forms import typed_article

LIST = "/admin/articles/article/"


def of(article, page="change"):
    return f"{LIST}{article.pk}/{page}/"


@pytest.fixture
def own_page(author):
    return factories.author(name="Arthur Reed", user=author)


@pytest.fixture
def own(own_page):
    return factories.draft(by=own_page, title="Own draft")


@pytest.fixture
def foreign(db):
    return factories.draft(by=factories.author(name="Somebody Else"), title="Secret draft")


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_stranger_is_sent_to_the_login(client, foreign, page):
    response = client.get(of(foreign, page))

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("page", ["change", "history"])
def test_moderator_learns_nothing_of_articles(client_of, moderator, foreign, page):
    client = client_of(moderator)

    for path in (LIST, of(foreign, page), f"{LIST}add/", "/admin/articles/"):
        response = client.get(path)
        assert response.status_code in {302, 403, 404}, path
        assert "Secret" not in response.text


@pytest.mark.parametrize("page", ["change", "history"])
def test_author_opens_own_article(client_of, author, own, page):
    assert client_of(author).get(of(own, page)).status_code == 200


@pytest.mark.parametrize("page", ["change", "history"])
def test_foreign_article_answers_like_one_that_does_not_exist(
    client_of, author, own, foreign, page
):
    client = client_of(author)
    there = client.get(of(foreign, page))
    missing = client.get(f"{LIST}{foreign.pk + 1000}/{page}/")

    assert (there.status_code, there.url) == (missing.status_code, missing.url) == (302, "/admin/")
    assert "Secret" not in client.get("/admin/").text


def test_author_cannot_write_into_a_foreign_article(client_of, author, foreign):
    response = client_of(author).post(of(foreign), typed_article(foreign, title="Mine now"))

    foreign.refresh_from_db()
    assert response.status_code == 302
    assert foreign.title == "Secret draft"


def test_author_lists_only_own_articles(client_of, author, own, foreign):
    client = client_of(author)

    for query in ("", "?q=draft", "?state=draft", "?e=1", "?authors__id__exact=1"):
        response = client.get(LIST + query, follow=True)
        assert "Secret" not in response.text, query
    assert "Own draft" in client.get(LIST).text


def test_filters_name_no_foreign_people_or_dates(client_of, author, own, foreign):
    assert "Somebody Else" not in client_of(author).get(LIST).text


def test_author_sees_what_they_made_without_a_page_of_their_own(client_of, author):
    article = factories.draft(created_by=author, title="Nameless")

    assert client_of(author).get(of(article)).status_code == 200


def test_being_named_as_reviewer_opens_nothing(client_of, author, own_page, foreign):
    Contribution.objects.create(article=foreign, author=own_page, part="reviewer")

    assert client_of(author).get(of(foreign)).status_code == 302


def test_co_author_may_write(client_of, author, own_page, foreign):
    Contribution.objects.create(article=foreign, author=own_page)

    client_of(author).post(of(foreign), typed_article(foreign, title="Ours"))

    foreign.refresh_from_db()
    assert foreign.title == "Ours"


@pytest.mark.parametrize("step", ["approve", "publish"])
def test_author_reads_but_no_longer_changes_what_is_approved(client_of, author, own, editor, step):
    getattr(own, step)(by=editor)
    client = client_of(author)
    page = client.get(of(own))
    answer = client.post(of(own), typed_article(own, title="Changed"))

    own.refresh_from_db()
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert 'name="_step"' not in page.text
    assert answer.status_code == 403
    assert own.title == "Own draft"


def test_author_deletes_nothing(client_of, author, own):
    response = client_of(author).post(of(own, "delete"), {"post": "yes"})

    assert response.status_code == 403
    assert Article.objects.filter(pk=own.pk).exists()


@pytest.mark.parametrize("step", ["approve", "publish", "schedule", "withdraw"])
def test_author_cannot_take_an_editors_step(client_of, author, own, step):
    data = typed_article(
        own, title="Pushed", _step=step, publish_on_0="2099-01-01", publish_on_1="08:00"
    )

    response = client_of(author).post(of(own), data)

    own.refresh_from_db()
    assert response.status_code == 403
    assert (own.status, own.title) == ("draft", "Own draft")


def test_author_has_no_publishing_action(client_of, author, own):
    data = {"action": "publish_chosen", "_selected_action": [own.pk]}

    client_of(author).post(LIST, data)

    own.refresh_from_db()
    assert own.status == "draft"


def test_action_passes_over_foreign_articles(client_of, author, own, foreign):
    data = {"action": "submit_chosen", "_selected_action": [own.pk, foreign.pk]}

    client_of(author).post(LIST, data)

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.status, foreign.status) == ("in_review", "draft")


@pytest.mark.parametrize(
    ("model", "field"),
    [("contribution", "article"), ("reference", "article"), ("revision", "article")],
)
def test_autocomplete_offers_no_foreign_article(client_of, author, own, foreign, model, field):
    query = f"?app_label=articles&model_name={model}&field_name={field}&term=draft"

    response = client_of(author).get(f"/admin/autocomplete/{query}")

    assert [row["text"] for row in response.json()["results"]] == ["Own draft"]


def test_autocomplete_offers_every_name_as_co_author(client_of, author, own, foreign):
    query = "?app_label=articles&model_name=contribution&field_name=author&term=Some"

    response = client_of(author).get(f"/admin/autocomplete/{query}")

    assert [row["text"] for row in response.json()["results"]] == ["Somebody Else"]


@pytest.mark.parametrize("field", ["article", "author"])
def test_autocomplete_is_closed_to_moderators(client_of, moderator, foreign, field):
    query = f"?app_label=articles&model_name=contribution&field_name={field}"

    assert client_of(moderator).get(f"/admin/autocomplete/{query}").status_code == 403


def test_popup_by_another_column_opens_no_foreign_article(client_of, author, own, foreign):
    client = client_of(author)

    for query in (f"{foreign.slug}/change/?_to_field=slug&_popup=1", "?_to_field=body"):
        response = client.get(LIST + query)
        assert response.status_code in {302, 400}
        assert "Secret" not in response.text


def test_shortcut_to_the_site_tells_no_foreign_address(client_of, author, moderator, own, foreign):
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Article).pk
    client = client_of(author)

    assert client.get(f"/admin/r/{kind}/{own.pk}/").status_code == 302
    for number in (foreign.pk, foreign.pk + 1000):
        assert client.get(f"/admin/r/{kind}/{number}/").status_code == 404
        assert client_of(moderator).get(f"/admin/r/{kind}/{number}/").status_code in {403, 404}


def test_author_cannot_take_the_own_name_off_somebodys_article(
    client_of, author, own_page, foreign
):
    Contribution.objects.create(article=foreign, author=own_page)
    index = list(foreign.contributions.values_list("author", flat=True)).index(own_page.pk)
    data = typed_article(foreign) | {f"contributions-{index}-DELETE": "on"}

    response = client_of(author).post(of(foreign), data)

    assert "Keep your own name" in response.text
    assert foreign.contributions.filter(author=own_page).exists()


def test_editor_sees_and_changes_everybodys_articles(client_of, editor, own, foreign):
    client = client_of(editor)
    listed = client.get(LIST).text
    client.post(of(foreign), typed_article(foreign, title="Edited"))

    foreign.refresh_from_db()
    assert "Own draft" in listed
    assert foreign.title == "Edited"


def test_desk_shows_authors_their_own_drafts_only(client_of, author, own, foreign):
    page = client_of(author).get("/admin/").text

    assert "Own draft" in page
    assert "Secret" not in page


def test_desk_shows_editors_what_waits_for_them(
    client_of, editor, own, author, django_assert_max_num_queries
):
    own.submit(by=author)
    client = client_of(editor)

    with django_assert_max_num_queries(20):
        page = client.get("/admin/").text

    assert "Waiting for me" in page
    assert "Own draft" in page
