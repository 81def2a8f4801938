"""The history of an article: what each revision said, what it changed, and the way back to it."""

import pytest

from articles.models import Reference, Revision
from tests import factories
from tests.markup import one_line


def path_of(revision, page=""):
    return f"/admin/articles/article/{revision.article_id}/history/{revision.pk}/{page}"


@pytest.fixture
def client(client_of, editor):
    return client_of(editor)


@pytest.fixture
def first(editor):
    """The first of two revisions of an article that has moved on since."""
    article = factories.published_article(
        title="Salt",
        standfirst="In short.",
        body="<p>Take 50 mg [1] daily.</p>",
        key_takeaways=["Less"],
    )
    Reference.objects.create(article=article, number=1, text="Smith 2019")
    article.save()
    revision = Revision.record(article, "saved", by=editor, reason="First text")
    article.title, article.body, article.key_takeaways = (
        "Salt again",
        "<p>Take 5 mg [2] daily.</p>",
        [],
    )
    article.references.all().delete()
    Reference.objects.create(article=article, number=2, text="Jones 2024")
    article.save()
    Revision.record(article, "saved", by=editor)
    return revision


@pytest.fixture
def article(first):
    return first.article.__class__.objects.get(pk=first.article_id)


def test_history_leads_to_each_revision(client, first):
    page = client.get(f"/admin/articles/article/{first.article_id}/history/").text

    assert path_of(first) in page


def test_revision_shows_what_the_article_said(client, first):
    page = client.get(path_of(first)).text

    assert "First text" in page
    assert "In short." in page
    assert "Take 50 mg" in page
    assert "Smith 2019" in page
    assert "Jones 2024" not in page
    assert "<li>Less</li>" in page


def test_changes_against_the_version_before_are_marked(client, article):
    page = one_line(client.get(path_of(article.revisions.first())).text)

    assert "Take <del>50</del><ins>5</ins> mg [<del>1</del><ins>2</ins>] daily." in page
    assert "Salt<ins> again</ins>" in page


def test_changes_against_now_are_marked(client, first, article):
    article.body = "<p>Take 7 mg [2] daily.</p>"
    article.save()

    page = one_line(client.get(path_of(first) + "?with=now").text)

    assert "<del>50</del><ins>7</ins>" in page


def test_revision_without_markup_of_its_own_runs_nothing(client, article):
    hostile = "<script>alert(1)</script>"
    content = {"title": hostile, "standfirst": hostile, "body": f"<p onclick='x()'>a{hostile}</p>",
               "key_takeaways": [hostile], "references": [{"number": 1, "text": hostile, "url": "javascript:x()"}]}  # fmt: skip
    revision = Revision.objects.create(article=article, action="saved", content=content)

    page = client.get(path_of(revision)).text

    assert hostile not in page
    assert "onclick" not in page
    assert 'href="javascript' not in page


def test_restored_text_is_a_new_save(client, first, article, editor):
    count, published_at = article.revisions.count(), article.published_at

    response = client.post(path_of(first, "restore/"), follow=True)

    article.refresh_from_db()
    newest = article.revisions.first()
    assert response.redirect_chain[0][0] == f"/admin/articles/article/{article.pk}/change/"
    assert (article.title, article.key_takeaways) == ("Salt again", [])
    article = article.with_working_copy()
    assert (article.title, article.key_takeaways) == ("Salt", ["Less"])
    assert (article.status, article.published_at) == ("published", published_at)
    assert article.revisions.count() == count + 1
    assert (newest.by, newest.action) == (editor, "restored")
    assert newest.content["references"] == [{"number": 1, "text": "Smith 2019", "url": ""}]


def test_restored_text_is_derived_with_its_references(client, first, article):
    client.post(path_of(first, "restore/"))

    article = article.with_working_copy()
    assert 'href="#ref-1"' in article.body_html
    assert "50 mg" in article.plain_text


def test_what_the_article_says_already_is_not_restored_again(client, article):
    newest = article.revisions.first()

    response = client.post(path_of(newest, "restore/"), follow=True)

    assert "Nothing was changed" in response.text
    assert article.revisions.first() == newest


def test_form_opened_before_a_restoration_does_not_overwrite_it(client, first, article):
    from tests.articles.typed_forms import opened, typed_article

    form = f"/admin/articles/article/{article.pk}/change/"
    typed = typed_article(article, title="Typed before") | opened(client, form)
    client.post(path_of(first, "restore/"))
    answer = client.post(form, typed)

    assert "changed this after you opened it" in answer.text
    assert article.with_working_copy().title == "Salt"


def test_restoring_takes_a_post_with_a_token(client, first, editor):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(path_of(first, "restore/")).status_code == 405
    assert strict.post(path_of(first, "restore/")).status_code == 403


def test_revision_kept_by_an_older_release_is_shown_and_restored(client, article):
    revision = Revision.objects.create(article=article, action="saved", content={"title": "Old"})

    assert client.get(path_of(revision)).status_code == 200
    client.post(path_of(revision, "restore/"))

    article = article.with_working_copy()
    assert article.title == "Old"
    assert "5 mg" in article.body


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_unknown_revision_answers_like_an_unknown_article(client, article, number):
    for page in ("", "restore/"):
        path = f"/admin/articles/article/{article.pk}/history/{number}/{page}"
        response = client.post(path) if page else client.get(path)
        assert (response.status_code, response.url) == (302, "/admin/")


def test_pages_of_a_long_history_ask_a_fixed_number_of_questions(
    client, article, first, django_assert_num_queries
):
    for _ in range(30):
        Revision.record(article, "saved", by=None)

    with django_assert_num_queries(8):
        client.get(f"/admin/articles/article/{article.pk}/history/")
    with django_assert_num_queries(8):
        client.get(path_of(first))
