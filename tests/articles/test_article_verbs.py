"""The steps of an article: which are legal, what they leave behind, and two people at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article
from articles.models.article import WrongStatus
from tests import factories
from tests.articles.typed_forms import typed_article
from tests.markup import one_line

STATES = ("draft", "in_review", "approved", "scheduled", "published", "come", "withdrawn")
LEGAL = {
    "submit": {"draft": "in_review"},
    "send_back": {
        "in_review": "draft", "approved": "draft", "scheduled": "draft", "withdrawn": "draft",
    },
    "approve": {"draft": "approved", "in_review": "approved"},
    "publish": dict.fromkeys(
        ("draft", "in_review", "approved", "scheduled", "withdrawn"), "published"
    ),
    "schedule": dict.fromkeys(
        ("draft", "in_review", "approved", "scheduled", "withdrawn"), "approved"
    ),
    "withdraw": dict.fromkeys(("scheduled", "published", "come"), "withdrawn"),
}  # fmt: skip


def whole_draft(**fields):
    """One that lacks nothing that every published article needs."""
    return factories.draft(by=factories.author(), **fields)


def article_in(state):
    """`come` is one that was scheduled and whose time has come."""
    article = whole_draft()
    match state:
        case "in_review":
            article.submit(by=None)
        case "approved":
            article.approve(by=None)
        case "scheduled" | "come":
            article.schedule(at=timezone.now() + timedelta(days=1), by=None)
        case "published" | "withdrawn":
            article.publish(by=None)
    if state == "withdrawn":
        article.withdraw(by=None)
    if state == "come":
        article.published_at = timezone.now() - timedelta(hours=1)
        article.save(update_fields=["published_at"])
    article.revisions.all().delete()
    return article


def take(article, verb, by=None):
    at = {"at": timezone.now() + timedelta(days=2)} if verb == "schedule" else {}
    getattr(article, verb)(by=by, **at)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", LEGAL)
def test_only_legal_steps_are_taken(db, editor, verb, state):
    article = article_in(state)
    before = article.status

    if state in LEGAL[verb]:
        take(article, verb, by=editor)
    else:
        with pytest.raises(WrongStatus):
            take(article, verb, by=editor)

    stored = Article.objects.get(pk=article.pk)
    assert stored.status == LEGAL[verb].get(state, before)
    assert stored.status == article.status
    assert [row.by for row in article.revisions.all()] == [editor] * (state in LEGAL[verb])


def test_published_article_keeps_its_first_date_after_a_withdrawal(db, clock):
    article = factories.published_article(by=factories.author())
    first = article.published_at
    article.withdraw(by=None)
    clock.shift(days=3)

    article.publish(by=None)

    assert article.published_at == first
    assert article.updated_at > first


def test_scheduled_article_published_early_gets_the_present_time(db):
    article = factories.scheduled_article(by=factories.author())

    article.publish(by=None)

    assert article.is_published


def test_time_gone_by_is_no_schedule(db):
    article = whole_draft()

    with pytest.raises(WrongStatus):
        article.schedule(at=timezone.now(), by=None)


def test_scheduled_article_is_public_from_its_time_on(db, clock):
    article = factories.scheduled_article(by=factories.author(), days_ahead=1)
    clock.shift(days=1, seconds=-5)
    before = article.is_published, Article.objects.published().exists()
    clock.shift(seconds=10)

    assert before == (False, False)
    assert (article.is_published, Article.objects.published().exists()) == (True, True)
    assert not article.is_scheduled


def test_of_two_people_who_act_at_once_one_is_told(db, editor):
    article = whole_draft()
    mine, theirs = (Article.objects.get(pk=article.pk) for _person in range(2))
    theirs.publish(by=editor)

    with pytest.raises(WrongStatus):
        mine.approve(by=None)

    article.refresh_from_db()
    assert article.status == "published"


def test_withdrawing_twice_is_one_withdrawal(db):
    article = factories.published_article(by=factories.author())
    mine, theirs = (Article.objects.get(pk=article.pk) for _person in range(2))
    theirs.withdraw(by=None, reason="Wrong dose")

    with pytest.raises(WrongStatus):
        mine.withdraw(by=None)

    assert article.revisions.filter(action="withdrawn").count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"status": "published", "published_at": None},
        {"status": "draft", "published_at": timezone.now()},
        {"status": "unheard_of"},
    ],
)
def test_database_refuses_a_status_that_does_not_fit(db, values):
    article = whole_draft()

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**values)


# In the admin


def press(client, article, step, *, follow=True, **fields):
    data = typed_article(article, _step=step, _sure="on", **fields)
    return client.post(f"/admin/articles/article/{article.pk}/change/", data, follow=follow)


def test_button_saves_what_is_typed_and_takes_the_step(client_of, editor):
    article = whole_draft()

    press(client_of(editor), article, "publish", title="Better title", note="Ready")

    article.refresh_from_db()
    assert (article.title, article.is_published) == ("Better title", True)
    assert [row.action for row in article.revisions.all()] == ["published", "saved"]


def test_button_on_a_form_with_errors_keeps_the_text_and_takes_no_step(client_of, editor):
    article = whole_draft()

    response = press(client_of(editor), article, "publish", title="", standfirst="Typed words")

    article.refresh_from_db()
    assert article.status == "draft"
    assert "Typed words" in response.text


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", LEGAL)
def test_impossible_button_is_a_message_not_a_fault(client_of, editor, step, state):
    article = article_in(state)
    before = article.status

    when = {"publish_on_0": "2099-01-01", "publish_on_1": "08:00"}
    response = press(client_of(editor), article, step, follow=False, **when)

    article.refresh_from_db()
    assert response.status_code == 302
    assert "messages" in response.cookies
    assert article.status == LEGAL[step].get(state, before)


@pytest.mark.parametrize("state", STATES)
def test_form_shows_only_the_buttons_that_work(client_of, editor, state):
    article = article_in(state)

    page = one_line(client_of(editor).get(f"/admin/articles/article/{article.pk}/change/").text)

    for step, legal in LEGAL.items():
        assert (f'name="_step" value="{step}"' in page) == (state in legal), step


def test_schedule_needs_a_time_to_come(client_of, editor):
    article = whole_draft()
    client = client_of(editor)
    without = press(client, article, "schedule")
    past = press(client, article, "schedule", publish_on_0="2001-01-01", publish_on_1="08:00")

    article.refresh_from_db()
    assert "Enter the day and time" in without.text
    assert "Choose a time in the future, or" in past.text
    assert article.status == "draft"


def test_scheduling_in_the_form_sets_the_time(client_of, editor):
    article = whole_draft()

    press(client_of(editor), article, "schedule", publish_on_0="2099-01-01", publish_on_1="08:00")

    article.refresh_from_db()
    assert article.is_scheduled
    assert timezone.localtime(article.published_at).isoformat()[:16] == "2099-01-01T08:00"


def test_withdrawal_keeps_its_reason(client_of, editor):
    article = factories.published_article(by=factories.author())

    press(client_of(editor), article, "withdraw", note="Wrong dose")

    assert article.revisions.get(action="withdrawn").reason == "Wrong dose"
    history = one_line(client_of(editor).get(f"/admin/articles/article/{article.pk}/history/").text)
    assert "Wrong dose" in history


def test_new_article_can_be_published_at_once(client_of, editor):
    data = typed_article(people=[(factories.author().pk, "author")], _step="publish", _sure="on")

    client_of(editor).post("/admin/articles/article/add/", data)

    assert Article.objects.get().is_published


def test_author_submits_and_takes_back(client_of, author):
    article = factories.draft(by=factories.author(user=author))
    client = client_of(author)
    press(client, article, "submit")
    between = Article.objects.get().status
    press(client, article, "send_back")

    assert (between, Article.objects.get().status) == ("in_review", "draft")


def test_list_action_names_what_it_could_not_do(client_of, editor):
    draft, public = whole_draft(), factories.published_article(title="Public already")
    data = {"action": "publish_chosen", "_selected_action": [draft.pk, public.pk], "_sure": "on"}

    response = client_of(editor).post("/admin/articles/article/", data, follow=True)

    draft.refresh_from_db()
    assert draft.is_published
    assert "1 article: done." in response.text
    assert "Public already" in [str(m) for m in response.context["messages"]][1]


@pytest.mark.parametrize(("action", "status"), [("submit", "in_review"), ("publish", "published")])
def test_list_actions_take_the_step(client_of, editor, action, status):
    article = whole_draft()
    data = {"action": f"{action}_chosen", "_selected_action": [article.pk], "_sure": "on"}

    client_of(editor).post("/admin/articles/article/", data)

    article.refresh_from_db()
    assert article.status == status
    assert article.revisions.get().by == editor


def test_status_changes_only_by_post_with_the_sites_token(editor):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    article = whole_draft()
    url = f"/admin/articles/article/{article.pk}/change/"

    assert client.post(url, typed_article(article, _step="publish")).status_code == 403
    client.get(f"{url}?_step=publish")
    article.refresh_from_db()
    assert article.status == "draft"
