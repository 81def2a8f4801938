"""Actions on several rows of a list of the admin: none is done to a row that changed since the list showed it."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import RequestFactory

from articles.models import Link, Topic
from comments.models import Comment
from newsletter.models import Subscriber
from tests import factories
from tests.admin_forms import sent_by
from tests.config.admin_kinds import KINDS, ONE_BY_ONE

pytestmark = pytest.mark.long

# Comments have a queue instead, where each decision carries the version that was seen.
WITHOUT_LIST = {Comment}
LISTED = {model: made for model, made in KINDS.items() if model not in ONE_BY_ONE}
LISTED |= {Link: (lambda: linked("/a/"), "host")}
LISTED |= {Subscriber: (factories.subscriber, "consent_page")}


def linked(address):
    link = Link.objects.create(address=address)
    link.uses.create(article=factories.draft())
    return link


@pytest.fixture
def desk(client_of, db):
    return client_of(User.objects.create_superuser("boss", "boss@example.org", "pass"))


@pytest.fixture
def spy(monkeypatch):
    """Every list gets an action that only notes to which rows it was done."""
    done = []

    def note(rows, request, queryset):
        done.extend(queryset)

    note.short_description = "Note"
    for rows in admin.site._registry.values():
        monkeypatch.setattr(rows, "actions", [note], raising=False)
    return done


def where(model):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def chosen(desk, rows, action="note", query=""):
    """What a browser sends that has the list open, with these rows chosen."""
    page = sent_by(desk.get(where(type(rows[0])) + query), "changelist-form")
    return page | {"action": action, "index": "0", "_selected_action": [row.pk for row in rows]}


def test_every_list_with_actions_is_tried():
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    acting = {model for model, rows in admin.site._registry.items() if rows.get_actions(request)}

    assert acting - WITHOUT_LIST == set(LISTED)


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_nothing_is_done_when_a_chosen_row_has_changed(desk, spy, model):
    make, name = LISTED[model]
    row = make()
    form = chosen(desk, [row])
    model._base_manager.filter(pk=row.pk).update(**{name: "Somebody's work"})

    refused = desk.post(where(model), form, follow=True)

    row = model._base_manager.get(pk=row.pk)
    assert spy == []
    assert next(str(message) for message in refused.context["messages"]).startswith(
        f"Nothing was changed, because these rows were changed after you opened the list: “{row}”."
    )
    desk.post(where(model), chosen(desk, [row]))
    assert spy == [row]


def test_change_of_a_row_that_was_not_chosen_does_not_matter(desk, spy):
    one, other = factories.topic(), factories.topic()
    form = chosen(desk, [one])
    Topic.objects.filter(pk=other.pk).update(description="Somebody's work")

    desk.post(where(Topic), form)

    assert spy == [one]


def test_row_that_a_change_took_out_of_the_filter_is_named(desk, spy):
    left, stays = factories.subscriber(email="left@example.org"), factories.subscriber()
    form = chosen(desk, [left, stays], query="?status__exact=confirmed")
    left.unsubscribe()

    refused = desk.post(where(Subscriber) + "?status__exact=confirmed", form, follow=True)

    assert spy == []
    assert "the list: “left@example.org”." in refused.text


def test_row_that_was_deleted_is_told(desk, spy):
    gone, stays = factories.topic(), factories.topic()
    form = chosen(desk, [gone, stays])
    gone.delete()

    refused = desk.post(where(Topic), form, follow=True)

    assert spy == []
    assert "the list: a deleted row." in refused.text


def test_list_knows_the_states_without_a_query(desk, django_assert_max_num_queries):
    for _number in range(20):
        factories.subscriber()
    with django_assert_max_num_queries(8):
        page = desk.get(where(Subscriber))

    assert page.text.count('name="opened_state_') == 20


# The real actions


def test_article_that_changed_is_not_published_unseen(desk):
    seen, changed = (
        factories.draft(title=title, by=factories.author()) for title in ("Seen", "Changed")
    )
    form = chosen(desk, [seen, changed], "publish_chosen")
    changed.standfirst = "Not for readers yet"
    changed.save()

    refused = desk.post(where(type(seen)), form, follow=True)

    seen.refresh_from_db()
    assert not seen.is_published
    assert "the list: “Changed”." in refused.text
    again = chosen(desk, [seen, changed], "publish_chosen") | {"_sure": "on"}
    desk.post(where(type(seen)), again)
    seen.refresh_from_db()
    changed.refresh_from_db()
    assert seen.is_published
    assert changed.is_published


def test_reader_who_subscribed_again_is_not_unsubscribed(desk):
    subscriber = factories.subscriber("unsubscribed")
    form = chosen(desk, [subscriber], "unsubscribe_selected")
    Subscriber.objects.filter(pk=subscriber.pk).update(status="confirmed", unsubscribed_at=None)

    desk.post(where(Subscriber), form)

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed
    desk.post(where(Subscriber), chosen(desk, [subscriber], "unsubscribe_selected"))
    subscriber.refresh_from_db()
    assert subscriber.status == "unsubscribed"


# Rows on all pages of the list


@pytest.fixture
def sixty(db):
    return [factories.subscriber() for _number in range(60)]


def test_rows_of_all_pages_are_asked_for_by_number(desk, spy, sixty):
    form = chosen(desk, sixty[-1:]) | {"select_across": "1"}

    asked = desk.post(where(Subscriber), form)
    before = list(spy)
    desk.post(where(Subscriber), sent_by(asked, "action-form"))

    assert "This will be done to 60 subscribers on all pages of the list." in asked.text
    assert before == []
    assert len(spy) == 60


@pytest.mark.parametrize("change", ["changed", "came"])
def test_rows_of_all_pages_are_asked_for_again_after_a_change(desk, spy, sixty, change):
    asked = desk.post(where(Subscriber), chosen(desk, sixty[-1:]) | {"select_across": "1"})
    if change == "changed":
        Subscriber.objects.filter(pk=sixty[0].pk).update(consent_page="/elsewhere/")
    else:
        factories.subscriber()

    again = desk.post(where(Subscriber), sent_by(asked, "action-form"))

    assert spy == []
    assert "Nothing was changed" in again.text
    desk.post(where(Subscriber), sent_by(again, "action-form"))
    assert len(spy) == (60 if change == "changed" else 61)


def test_nobody_is_asked_about_an_action_that_is_not_theirs(client_of, django_user_model, sixty):
    person = django_user_model.objects.create_user("reader", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client = client_of(person)
    data = {"action": "unsubscribe_selected", "select_across": "1", "_selected_action": ["1"]}

    answer = client.post(where(Subscriber), data)

    assert "This will be done" not in answer.text
    assert Subscriber.objects.filter(status="unsubscribed").count() == 0
