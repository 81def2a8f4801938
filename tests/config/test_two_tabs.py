"""Two people, or two tabs, with one row of the admin: the second save never wins without a word."""

import threading

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from articles.models import Author, AuthorLink, FrontPage, Page, Topic
from articles.models.contribution import Contribution
from comments.models import DiscussionSettings
from tests import factories
from tests.admin_forms import sent_by
from tests.config.admin_kinds import KINDS, ONE_BY_ONE, address

pytestmark = pytest.mark.long

DELETABLE = [model for model in KINDS if model not in {DiscussionSettings, FrontPage}]
DELETABLE_TOGETHER = [model for model in KINDS if model not in ONE_BY_ONE]


@pytest.fixture
def boss(db):
    return User.objects.create_superuser(
        "boss", "boss@example.org", "pass", first_name="Bo", last_name="Ss"
    )


@pytest.fixture
def desk(client_of, boss):
    return client_of(boss)


def editable(boss):
    request = RequestFactory().get("/")
    request.user = boss
    return {
        model for model, rows in admin.site._registry.items() if rows.has_change_permission(request)
    }


def form_of(desk, row):
    return sent_by(desk.get(address(row)), f"{row._meta.model_name}_form")


def test_every_editable_kind_is_tried(boss):
    assert editable(boss) == set(KINDS)


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_second_save_is_refused_and_can_be_meant(desk, boss, model):
    make, name = KINDS[model]
    row = make()
    first, second = form_of(desk, row), form_of(desk, row)

    desk.post(address(row), first | {name: "By the first"})
    refused = desk.post(address(row), second | {name: "By the second"})

    row.refresh_from_db()
    assert getattr(row, name) == "By the first"
    assert refused.status_code == 200
    assert "Bo Ss changed this after you opened it" in refused.text
    again = sent_by(refused, f"{row._meta.model_name}_form")
    assert again[name] == "By the second"
    desk.post(address(row), again)
    row.refresh_from_db()
    assert getattr(row, name) == "By the second"


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_row_that_nobody_touched_is_saved(desk, model):
    make, name = KINDS[model]
    row = make()

    answer = desk.post(address(row), form_of(desk, row) | {name: "By the first"})

    row.refresh_from_db()
    assert answer.status_code == 302
    assert getattr(row, name) == "By the first"


@pytest.mark.parametrize("model", DELETABLE, ids=lambda model: model.__name__)
def test_row_that_was_deleted_comes_back_with_what_was_typed(desk, model):
    make, name = KINDS[model]
    row = make()
    typed = form_of(desk, row) | {name: "By the second"}
    former = row.pk
    row.delete()
    row.pk = former

    answer = desk.post(address(row), typed)

    page = sent_by(answer, f"{model._meta.model_name}_form")
    assert "Someone deleted this after you opened it" in answer.text
    if name in page:  # a new account begins with its name and password
        assert page[name] == "By the second"


def test_page_that_was_deleted_is_made_anew(desk):
    row = KINDS[Page][0]()
    typed = form_of(desk, row) | {"title": "About all of us"}
    former = address(row)
    row.delete()

    answer = desk.post(former, typed)
    assert 'action="/admin/articles/page/add/"' in answer.text
    desk.post("/admin/articles/page/add/", sent_by(answer, "page_form"))

    assert Page.objects.filter(title="About all of us", body="<p>We.</p>").exists()


@pytest.mark.parametrize("change", ["label", "deleted", "added"])
def test_rows_below_a_form_belong_to_it(desk, change):
    author = factories.author()
    link = AuthorLink.objects.create(author=author, label="Home", url="https://a.example/")
    AuthorLink.objects.create(author=author, label="Other", url="https://b.example/")
    second = form_of(desk, author) | {"links-0-label": "Mine"}
    if change == "label":
        AuthorLink.objects.filter(pk=link.pk).update(label="Theirs")
    elif change == "deleted":
        link.delete()
    else:
        AuthorLink.objects.create(author=author, label="New", url="https://c.example/")

    refused = desk.post(address(author), second)
    desk.post(address(author), sent_by(refused, "author_form"))

    labels = {
        "label": {"Mine", "Other"},
        "deleted": {"Mine", "Other"},
        "added": {"Mine", "Other", "New"},
    }
    assert "Someone changed this after" in refused.text
    assert set(author.links.values_list("label", flat=True)) == labels[change]


def test_step_of_an_article_is_a_change_too(desk, boss):
    article = factories.draft(by=factories.author())
    typed = form_of(desk, article)
    article.publish(by=boss)

    refused = desk.post(address(article), typed | {"standfirst": "Not for readers yet"})

    article.refresh_from_db()
    assert article.standfirst == ""
    assert "Bo Ss changed this" in refused.text


def test_byline_changed_meanwhile_is_not_put_back(desk):
    article = factories.draft(by=factories.author(name="Ada"))
    typed = form_of(desk, article)
    Contribution.objects.filter(article=article).delete()

    refused = desk.post(address(article), typed)

    assert "changed this after you opened it" in refused.text
    assert not article.contributions.exists()


def test_change_of_another_row_is_none_of_this_one(desk, client_of, boss):
    author = factories.author()
    typed = form_of(desk, author)
    factories.author()

    assert desk.post(address(author), typed | {"role": "Writer"}).status_code == 302


def test_two_saves_in_one_moment_are_one_save(transactional_db, client_of):
    boss = User.objects.create_superuser("boss", "boss@example.org", "pass")
    topic = factories.topic()
    desks = [client_of(boss) for _ in range(4)]
    forms = [form_of(desk, topic) for desk in desks]
    together = threading.Barrier(len(desks), timeout=60)
    answers = []

    def save(desk, form, number):
        from django.db import connection

        together.wait()
        answers.append(desk.post(address(topic), form | {"description": f"By {number}"}))
        connection.close()

    threads = [
        threading.Thread(target=save, args=(desk, form, number))
        for number, (desk, form) in enumerate(zip(desks, forms, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]


# Deleting


@pytest.mark.parametrize("model", DELETABLE, ids=lambda model: model.__name__)
def test_row_that_changed_after_the_delete_page_was_opened_is_not_deleted(desk, model):
    make, name = KINDS[model]
    row = make()
    opened = desk.get(address(row, "delete"), follow=True).request
    model._base_manager.filter(pk=row.pk).update(**{name: "Somebody's work"})

    answer = desk.post(
        f"{opened['PATH_INFO']}?{opened['QUERY_STRING']}", {"post": "yes"}, follow=True
    )

    assert model._base_manager.filter(pk=row.pk).exists()
    assert "Nothing was deleted" in answer.text
    again = answer.request
    desk.post(f"{again['PATH_INFO']}?{again['QUERY_STRING']}", {"post": "yes"})
    assert not model._base_manager.filter(pk=row.pk).exists()


def chosen(rows, **more):
    return {"action": "delete_selected", "_selected_action": [row.pk for row in rows], **more}


def asked(desk, model, rows):
    """The list's address, and what its page sends that asks whether to delete these."""
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    page = desk.post(address, chosen(rows))
    return address, chosen(rows, post="yes", opened_state=state_in(page))


def state_in(page):
    return page.text.partition('name="opened_state" value="')[2].partition('"')[0]


@pytest.mark.parametrize("model", DELETABLE_TOGETHER, ids=lambda model: model.__name__)
def test_rows_that_changed_after_the_page_asked_are_not_deleted(desk, model):
    make, name = KINDS[model]
    row = make()
    where, form = asked(desk, model, [row])
    model._base_manager.filter(pk=row.pk).update(**{name: "Somebody's work"})

    answer = desk.post(where, form)

    assert model._base_manager.filter(pk=row.pk).exists()
    assert "Nothing was deleted" in answer.text
    desk.post(where, form | {"opened_state": state_in(answer)})
    assert not model._base_manager.filter(pk=row.pk).exists()


def test_row_that_came_below_after_the_page_asked_is_not_deleted_unseen(desk):
    author = factories.author()
    where, form = asked(desk, Author, [author])
    AuthorLink.objects.create(author=author, label="New", url="https://c.example/")

    assert "Nothing was deleted" in desk.post(where, form).text
    assert Author.objects.filter(pk=author.pk).exists()


def test_rows_that_nobody_touched_are_deleted_together(desk):
    topics = [factories.topic(), factories.topic()]
    where, form = asked(desk, Topic, topics)

    desk.post(where, form)

    assert not Topic.objects.filter(pk__in=[topic.pk for topic in topics]).exists()


# Lists with inputs


def test_untouched_row_of_an_old_list_keeps_what_others_set(desk):
    one, other = factories.topic(position=1), factories.topic(position=2)
    old = sent_by(desk.get("/admin/articles/topic/"), "changelist-form")
    Topic.objects.filter(pk=one.pk).update(position=7)
    row = next(
        name for name, value in old.items() if value == str(other.pk) and name.endswith("-id")
    )

    desk.post(
        "/admin/articles/topic/", old | {row.replace("-id", "-position"): "5", "_save": "Save"}
    )

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.position, other.position) == (7, 5)


def test_row_that_two_changed_in_the_list_is_told(desk):
    topic = factories.topic(position=1)
    old = sent_by(desk.get("/admin/articles/topic/"), "changelist-form")
    Topic.objects.filter(pk=topic.pk).update(position=7)

    refused = desk.post("/admin/articles/topic/", old | {"form-0-position": "5", "_save": "Save"})

    topic.refresh_from_db()
    assert topic.position == 7
    assert "Someone set this to “7” after you opened the list" in refused.text
    again = sent_by(refused, "changelist-form")
    assert again["form-0-position"] == "5"
    desk.post("/admin/articles/topic/", again | {"_save": "Save"})
    topic.refresh_from_db()
    assert topic.position == 5
