"""Changes that go live, and articles that are withdrawn, by themselves at a time."""

import threading
from datetime import timedelta
from math import inf

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Revision, ScheduledStep
from articles.models.refusals import WrongStatus
from articles.models.scheduled_step import take_due_steps
from articles.tasks import take_scheduled_steps
from config.page_deadlines import next_deadline
from tests import factories
from tests.markup import one_line

LIST = "/admin/articles/article/"


def of(article, page="change"):
    return f"{LIST}{article.pk}/{page}/"


@pytest.fixture
def article(db):
    return changed(factories.published_article(by=factories.author(), slug="salt", title="Salt"))


def changed(article, title="Less salt"):
    return factories.working_copy(article, title=title)


def soon():
    return timezone.now() + timedelta(hours=1)


def test_changes_go_live_at_their_time_and_not_before(clock, article, editor):
    article.schedule_changes(at=soon(), by=editor, kind="correction", note="It was more.")
    clock.shift(minutes=59)
    take_scheduled_steps.call()
    before = Article.objects.get().title
    clock.shift(minutes=1)

    take_scheduled_steps.call()

    after = Article.objects.get()
    assert (before, after.title, after.working_copy) == ("Salt", "Less salt", None)
    assert after.corrections.get().text == "It was more."
    assert after.revisions.first().by == editor
    assert not ScheduledStep.objects.exists()


def test_article_is_withdrawn_at_its_time(clock, client, article, editor):
    article.schedule_withdrawal(at=soon(), by=editor, reason="Wrong", notice="The dose was wrong.")
    clock.shift(hours=1)

    take_scheduled_steps.call()

    assert Article.objects.get().status == "withdrawn"
    assert "The dose was wrong." in client.get("/articles/salt/").text
    assert Revision.objects.filter(action="withdrawn", by=editor, reason="Wrong").count() == 1


def test_first_request_after_the_time_takes_the_step_without_a_worker(clock, article):
    at = soon()
    article.schedule_changes(at=at, by=None)
    first = next_deadline(timezone.now().timestamp())
    clock.shift(hours=1)

    following = next_deadline(timezone.now().timestamp())

    assert first == (at.timestamp(), [])
    assert Article.objects.get().title == "Less salt"
    assert following == (inf, [])


def test_what_is_saved_later_is_not_part_of_it(clock, article):
    article.schedule_changes(at=soon(), by=None)
    later = changed(article, title="Half a sen")
    clock.shift(hours=1)

    take_due_steps()

    article = Article.objects.get()
    assert article.title == "Less salt"
    assert article.working_copy == later.working_copy


def test_publishing_discarding_or_withdrawing_first_calls_it_off(clock, article, editor):
    others = [changed(factories.published_article(by=factories.author())) for _ in range(2)]
    for row in (article, *others):
        row.schedule_changes(at=soon(), by=None)
    article.publish_changes(by=editor)
    others[0].discard_changes(by=editor)
    others[1].schedule_withdrawal(at=soon(), by=editor)
    others[1].withdraw(by=editor)

    assert not ScheduledStep.objects.exists()


def test_changes_that_can_no_longer_be_published_are_stopped_with_the_reason(clock, article):
    article.schedule_changes(at=soon(), by=None)
    person = article.writers[0]
    article.contributions.all().delete()
    person.delete()
    clock.shift(hours=1)

    take_due_steps()

    last = Revision.objects.first()
    assert (last.action, Article.objects.get().title) == ("stopped", "Salt")
    assert "It has no author." in last.reason
    assert not ScheduledStep.objects.exists()


@pytest.mark.parametrize("verb", ["schedule_changes", "schedule_withdrawal"])
def test_time_gone_by_is_no_schedule(article, verb):
    with pytest.raises(WrongStatus):
        getattr(article, verb)(at=timezone.now(), by=None)


def test_second_schedule_replaces_the_first(article):
    later = soon() + timedelta(days=1)
    article.schedule_changes(at=soon(), by=None)
    article.schedule_changes(at=later, by=None)

    assert ScheduledStep.objects.get().at == later


def test_draft_has_no_scheduled_steps(db):
    draft = factories.draft(by=factories.author())

    with pytest.raises(WrongStatus):
        draft.schedule_changes(at=soon(), by=None)
    with pytest.raises(WrongStatus):
        draft.schedule_withdrawal(at=soon(), by=None)


# In the admin


def test_changes_are_scheduled_shown_and_called_off(client_of, editor, article):
    desk = client_of(editor)
    sent = {"working_copy": article.working_copy_id, "_do": "schedule", "_sure": "on",
            "kind": "spelling", "at_0": "2099-01-02", "at_1": "08:00"}  # fmt: skip

    without = desk.post(of(article, "changes"), sent | {"at_0": "", "at_1": ""})
    desk.post(of(article, "changes"), sent)
    listed, form = desk.get(LIST).text, one_line(desk.get(of(article)).text)
    planned = desk.get(f"{LIST}?state=planned").context["cl"].result_list
    desk.post(of(article, "call-off"), {"kind": "changes"})

    assert "Enter the day and time when readers see the changes." in without.text
    assert "Publish changes: " in listed
    assert "The changes will be published on" in form
    assert [row.pk for row in planned] == [article.pk]
    assert not ScheduledStep.objects.exists()
    history = desk.get(of(article, "history")).text
    assert "Changes scheduled" in history
    assert "Schedule cancelled" in history


def test_withdrawal_is_scheduled_in_the_form(client_of, editor, article):
    from tests.admin_forms import sent_by

    desk = client_of(editor)
    form = sent_by(desk.get(of(article)), "article_form")
    form |= {"_step": "schedule_withdrawal", "note": "Old", "notice_for_readers": "It is old."}

    without = desk.post(of(article), form)
    desk.post(of(article), form | {"withdraw_on_0": "2099-01-02", "withdraw_on_1": "08:00"})

    step = ScheduledStep.objects.get()
    assert "Enter the day and time of the withdrawal." in without.text
    assert (step.kind, step.note, step.notice) == ("withdrawal", "Old", "It is old.")
    assert "The article will be withdrawn" in desk.get(of(article)).text


def test_author_sees_what_is_scheduled_and_cannot_call_it_off(client_of, author, article):
    person = article.writers[0]
    person.user = author
    person.save()
    article.schedule_withdrawal(at=soon(), by=None)
    client = client_of(author)

    page = client.get(of(article)).text
    answer = client.post(of(article, "call-off"), {"kind": "withdrawal"})

    assert "The article will be withdrawn" in page
    assert 'name="kind"' not in page
    assert answer.status_code == 403
    assert ScheduledStep.objects.exists()


def test_calling_off_twice_is_told(client_of, editor, article):
    answer = client_of(editor).post(of(article, "call-off"), {"kind": "changes"}, follow=True)

    assert "already cancelled or done" in answer.text


# Several processes


def together(*acts):
    """Run the acts at the same moment, each on its own connection; returns what they gave or raised."""
    start, answers = threading.Barrier(len(acts), timeout=60), []

    def run(act):
        try:
            start.wait()
            answers.append(act())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def due(transactional_db):
    """A public article whose changes are due now."""
    article = changed(factories.published_article(by=factories.author(), title="Salt"))
    article.schedule_changes(at=soon(), by=None, kind="correction", note="It was more.")
    ScheduledStep.objects.update(at=timezone.now() - timedelta(seconds=1))
    return article


@pytest.mark.long
def test_twenty_workers_at_the_due_time_take_it_once(due):
    answers = together(*[take_due_steps] * 20)

    assert answers == [None] * 20
    assert Article.objects.get().title == "Less salt"
    assert Revision.objects.filter(action="changed").count() == 1
    assert due.corrections.count() == 1


def test_step_waits_for_an_editor_who_is_saving_without_blocking(due):
    from django.db import transaction

    with transaction.atomic():
        Article.objects.select_for_update().get(pk=due.pk)
        answers = together(take_due_steps)
        held = Article.objects.get().title
    take_due_steps()

    assert answers == [None]
    assert (held, Article.objects.get().title) == ("Salt", "Less salt")


def test_schedule_against_withdrawal_leaves_no_schedule_behind(due):
    ScheduledStep.objects.all().delete()
    mine, theirs = Article.objects.get(), Article.objects.get()

    together(lambda: mine.schedule_changes(at=soon(), by=None), lambda: theirs.withdraw(by=None))

    assert Article.objects.get().status == "withdrawn"
    assert not ScheduledStep.objects.exists()


def test_of_two_saves_at_once_one_is_told(due):
    rows = [Article.objects.get() for _ in range(2)]

    answers = together(
        *(
            lambda row=row, n=n: row.save_content(
                row.edited_content() | {"title": f"By {n}"}, by=None
            )
            for n, row in enumerate(rows)
        )
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Revision", "WrongStatus"]
    saved = next(answer for answer in answers if isinstance(answer, Revision))
    assert Article.objects.get().working_copy == saved


def test_save_against_publication_loses_nothing(due):
    ScheduledStep.objects.all().delete()
    one, other = Article.objects.get(), Article.objects.get()
    content = one.edited_content() | {"title": "Saved late"}

    answers = together(
        lambda: one.save_content(content, by=None), lambda: other.publish_changes(by=None)
    )

    article = Article.objects.get()
    told = [answer for answer in answers if isinstance(answer, WrongStatus)]
    assert len(told) == 1
    published = article.title == "Less salt" and article.working_copy is None
    saved = article.title == "Salt" and article.with_working_copy().title == "Saved late"
    assert published or saved
