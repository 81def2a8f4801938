"""What could not be published, changed or withdrawn at its time is told, and waits on the desk."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from articles.models import Article, Author, Contribution, Revision
from articles.models.scheduled_step import take_due_steps
from articles.tasks import send_due_notices
from config.web.mail.wanted_mail import MailKind, choose_mail
from tests import factories
from tests.articles.test_desk import piles

LIST = "/admin/articles/article/"
PILE = "Could not be published"

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(db):
    return factories.user("paula", group="Editor")


@pytest.fixture
def public(planner):
    """A public article with changes that are scheduled."""
    public = factories.published_article(by=factories.author(), title="Salt", slug="salt")
    article = factories.working_copy(public, title="Less salt")
    article.schedule_changes(at=timezone.now() + timedelta(hours=1), by=planner)
    return article


def stop(clock):
    """The writers leave, and then its time comes."""
    Contribution.objects.filter(part="author").delete()
    Author.objects.filter(user=None).delete()
    clock.shift(hours=1)
    take_due_steps()
    return Article.objects.get()


def told():
    mail.outbox.clear()
    send_due_notices.call()
    return sorted(message.to[0] for message in mail.outbox)


def with_author(article):
    people = [{"author": factories.author().pk, "part": "author", "position": 0}]
    article.save_content(article.edited_content() | {"people": people}, by=None)
    return Article.objects.get()


# Mail


def test_who_scheduled_it_and_the_editors_get_one_mail_each(public, clock, editor):
    stop(clock)

    assert told() == ["edith@example.org", "paula@example.org"]
    message = mail.outbox[0]
    assert message.subject == "“Salt” was not published as scheduled"
    assert "Not published. It has no author." in message.body
    assert "It has no author." in message.alternatives[0].content
    assert f"{LIST}{public.pk}/change/" in message.body


def test_editor_whom_the_article_names_and_who_scheduled_it_are_told(public, clock, editor):
    factories.user("otto", group="Editor")
    public.contributions.create(author=factories.author(user=editor), part="editor", position=1)
    stop(clock)

    assert told() == ["edith@example.org", "paula@example.org"]


def test_who_wants_no_such_mail_gets_none(public, clock, planner, editor):
    choose_mail(planner, [MailKind.SUBMITTED])
    stop(clock)

    assert told() == ["edith@example.org"]


def test_nobody_is_told_of_what_was_mended_before_the_mail_left(public, clock, editor):
    with_author(stop(clock)).publish_changes(by=editor)

    assert told() == []


def test_draft_that_loses_its_text_is_told_to_who_scheduled_it(planner, editor):
    draft = factories.draft(by=factories.author(), title="Salt")
    draft.schedule(at=timezone.now() + timedelta(days=1), by=planner)

    draft.save_content(draft.edited_content() | {"body": ""}, by=editor)

    assert told() == ["paula@example.org"]  # who emptied it saw it at once
    assert "It has no text." in mail.outbox[0].body


# The desk


def test_it_waits_in_a_pile_with_the_reason_until_it_is_settled(public, clock, client_of, editor):
    desk = client_of(editor)
    before = piles(desk)
    article = stop(clock)
    stopped, page = piles(desk), desk.get("/admin/").text
    article = with_author(article)
    saved = piles(desk)
    article.publish_changes(by=editor)

    assert next(iter(stopped)) == PILE
    assert stopped[PILE] == saved[PILE] == ["Salt"]
    assert "Not published. It has no author." in page
    assert PILE not in before
    assert PILE not in piles(desk)


@pytest.mark.parametrize("verb", ["discard_changes", "withdraw"])
def test_it_is_settled_by_another_decision(public, clock, editor, verb):
    getattr(stop(clock), verb)(by=editor)

    assert not Article.objects.stopped().exists()


def test_it_waits_again_when_it_stops_again(public, clock, planner):
    article = with_author(stop(clock))
    article.schedule_changes(at=timezone.now() + timedelta(hours=1), by=planner)
    scheduled = Article.objects.stopped().exists()
    stop(clock)

    assert not scheduled
    assert Article.objects.stopped().count() == 1


def test_withdrawal_that_the_database_refuses_waits_too(clock, planner, monkeypatch):
    article = factories.published_article(by=factories.author())
    article.schedule_withdrawal(at=timezone.now() + timedelta(hours=1), by=planner)

    def refused(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr(Article, "withdraw", refused)
    stop(clock)

    reason = Article.objects.stopped().get().stop_reason
    assert reason == "Withdraw: The content could not be saved."


def test_form_and_list_and_history_name_it(public, clock, client_of, editor):
    desk = client_of(editor)
    stop(clock)

    form = desk.get(f"{LIST}{public.pk}/change/").text
    listed = desk.get(f"{LIST}?state=stopped").context["cl"].result_list
    history = desk.get(f"{LIST}{public.pk}/history/").text

    assert "Not published. It has no author." in form
    assert [row.pk for row in listed] == [public.pk]
    assert "Schedule stopped" in history


def test_authors_have_no_such_pile(public, clock, client_of, author):
    stop(clock)

    assert PILE not in piles(client_of(author))


# Other steps that had no name in the history


def test_restored_version_is_named_in_the_history(editor):
    draft = factories.draft(by=factories.author(), title="Salt")
    first = Revision.record(draft, "saved", by=editor)
    draft.save_content(draft.edited_content() | {"title": "Sugar"}, by=editor)

    restored = first.restore(by=editor)

    assert restored.get_action_display() == "Earlier version restored"
