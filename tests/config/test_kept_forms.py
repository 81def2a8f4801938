"""What is typed into a form of the admin is kept on the server, and who else has it open is told."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Page
from config.web.models import KeptForm
from config.web.tasks import prune_kept_forms
from tests import factories
from tests.admin_forms import sent_by

pytestmark = pytest.mark.django_db
NEW = "/admin/articles/article/add/"


@pytest.fixture
def article():
    return factories.draft(title="Sleep well")


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


def address(article):
    return f"/admin/articles/article/{article.pk}/change/"


def typed(desk, url, **fields):
    return sent_by(desk.get(url), "article_form") | fields


def keep(desk, url, **fields):
    return desk.post(f"{url}keep/", {"form": urlencode(typed(desk, url, **fields), doseq=True)})


def test_what_was_typed_is_offered_and_comes_back(desk, article):
    answer = keep(desk, address(article), title="Sleep better ü")

    offered = desk.get(address(article))
    back = desk.post(address(article), typed(desk, address(article)) | {"_kept": "bring"})

    article.refresh_from_db()
    assert answer.json()["kept"].startswith("Draft kept at ")
    assert "There is unsaved text" in offered.text
    assert "Sleep well</textarea>" in offered.text
    assert "Sleep better ü</textarea>" in back.text
    assert "It is not saved yet." in back.text
    assert article.title == "Sleep well"


def test_new_article_is_kept_too(desk):
    keep(desk, NEW, title="Something new", body="<p>Half a thought</p>")

    back = desk.post(NEW, {"_kept": "bring"})

    assert "Something new</textarea>" in back.text
    assert "Half a thought" in back.text
    assert not Article.objects.exists()


def test_what_came_back_can_be_saved_and_is_kept_no_more(desk, article):
    keep(desk, address(article), title="Sleep better")
    back = desk.post(address(article), {"_kept": "bring"})

    saved = desk.post(address(article), sent_by(back, "article_form"))

    article.refresh_from_db()
    assert saved.status_code == 302
    assert article.title == "Sleep better"
    assert "There is unsaved text" not in desk.get(address(article)).text


def test_kept_text_can_be_discarded(desk, article):
    keep(desk, address(article), title="Sleep better")

    desk.post(address(article), {"_kept": "discard"})

    assert "There is unsaved text" not in desk.get(address(article)).text


@pytest.mark.parametrize("wish", ["bring", "discard", "nonsense"])
def test_wish_for_what_is_not_kept_saves_nothing(desk, article, wish):
    response = desk.post(address(article), typed(desk, address(article), title="x", _kept=wish))

    article.refresh_from_db()
    assert response.status_code == 302
    assert article.title == "Sleep well"


def test_kept_text_is_shown_to_nobody_else(desk, article, client_of):
    keep(desk, address(article), title="A secret thought")
    other = client_of(factories.user("otto", group="Editor"))

    pages = other.get(address(article)).text + other.get("/").text

    assert "A secret thought" not in pages
    assert "There is unsaved text" not in pages


def test_kept_text_is_no_revision(desk, article):
    keep(desk, address(article), title="Sleep better")

    assert article.revisions.count() == 0


def test_every_kind_of_form_keeps_itself(client_of):
    boss = User.objects.create_superuser("boss", "boss@example.org", "pass")
    page = Page.objects.create(title="About us", slug="about-us", body="<p>We.</p>")
    desk = client_of(boss)

    desk.post(f"/admin/articles/page/{page.pk}/change/keep/", {"form": "title=We+all"})

    assert KeptForm.objects.get().data == "title=We+all"
    assert "There is unsaved text" in desk.get(f"/admin/articles/page/{page.pk}/change/").text


def test_who_else_has_it_open_is_told_until_they_leave(desk, article, client_of):
    factories.user("otto", group="Editor", first_name="Otto", last_name="Lind")
    other = client_of(User.objects.get(username="otto"))
    other.post(f"{address(article)}keep/")

    (said,) = desk.post(f"{address(article)}keep/").json()["others"]
    other.post(f"{address(article)}keep/", {"closed": "1"})

    assert said.startswith("Otto Lind has had this open since ")
    assert desk.post(f"{address(article)}keep/").json()["others"] == []


def test_who_is_silent_for_long_is_gone(desk, article, client_of, clock):
    client_of(factories.user("otto", group="Editor")).post(f"{address(article)}keep/")

    clock.move_to(timezone.now() + KeptForm.SILENCE + timedelta(seconds=1))

    assert desk.post(f"{address(article)}keep/").json()["others"] == []


def test_sign_of_life_is_one_statement_and_keeps_the_beginning(desk, article, clock):
    desk.post(f"{address(article)}keep/")
    opened_at = KeptForm.objects.get().opened_at
    clock.move_to(timezone.now() + timedelta(seconds=3))

    with CaptureQueriesContext(connection) as asked:
        desk.post(f"{address(article)}keep/")

    form = KeptForm.objects.get()
    assert (form.opened_at, form.seen_at - opened_at) == (opened_at, timedelta(seconds=3))
    assert sum("web_keptform" in query["sql"] for query in asked.captured_queries) == 1
    assert len(asked) == 8  # session, account, permissions and the article are the others


def test_sign_of_life_leaves_what_was_kept(desk, article):
    keep(desk, address(article), title="Sleep better")

    desk.post(f"{address(article)}keep/")

    assert "There is unsaved text" in desk.get(address(article)).text


def test_two_who_add_are_not_in_one_form(desk, client_of):
    client_of(factories.user("otto", group="Editor")).post(f"{NEW}keep/")

    assert desk.post(f"{NEW}keep/").json()["others"] == []


def test_token_of_an_earlier_log_in_gets_a_new_one(client_of, editor, article):
    desk = client_of(editor)
    desk.handler.enforce_csrf_checks = True

    refused = desk.post(f"{address(article)}keep/", {"form": "title=x"})
    token = desk.get(f"{address(article)}keep/").json()["token"]
    kept = desk.post(
        f"{address(article)}keep/", {"form": "title=x"}, headers={"x-csrftoken": token}
    )

    assert refused.status_code == 403
    assert kept.status_code == 200
    assert KeptForm.objects.get().data == "title=x"


def test_deleted_article_and_foreign_ones_are_not_kept(client_of, author, article):
    desk = client_of(author)

    assert desk.post("/admin/articles/article/999/change/keep/").status_code == 404
    assert desk.post(f"{address(article)}keep/", {"form": "title=x"}).status_code in (403, 404)
    assert not KeptForm.objects.exists()


def test_strangers_are_sent_to_log_in(client, article):
    response = client.post(f"{address(article)}keep/", {"form": "title=x"})

    assert response.status_code == 302
    assert not KeptForm.objects.exists()


def test_nothing_is_kept_for_more_than_a_month(desk, article, clock):
    keep(desk, address(article), title="Sleep better")

    clock.move_to(timezone.now() + timedelta(days=31))
    prune_kept_forms.call()

    assert not KeptForm.objects.exists()
