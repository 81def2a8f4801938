"""When articles are reviewed again: the topic's interval, the button, readers, and reminders."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from articles.models import Article, Notice, Revision
from articles.models.refusals import WrongStatus
from articles.tasks import forget_notices, remind_of_reviews, send_due_notices
from config.web.mail.wanted_mail import choose_mail
from config.web.moments import months_after
from tests import factories
from tests.admin_forms import sent_by
from tests.clock import after

LIST = "/admin/articles/article/"


@pytest.fixture
def topic(db):
    return factories.topic(name="Kitchen", review_months=6)


@pytest.fixture
def article(topic):
    return factories.published_article(by=factories.author(), title="Salt", topic=topic)


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def read():
    return Article.objects.get()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2090, 1, 31), 1, date(2090, 2, 28)),
        (date(2095, 8, 31), 6, date(2096, 2, 29)),
        (date(2090, 12, 5), 12, date(2091, 12, 5)),
        (date(2090, 11, 30), 1, date(2090, 12, 30)),
    ],
)
def test_months_after_a_day(day, months, later):
    assert months_after(day, months) == later


# The topic's interval


def test_published_article_gets_the_next_review_of_its_topic(topic):
    factories.draft(by=factories.author(), topic=topic).publish(by=None)

    assert read().review_by == months_after(today(), 6)


def test_scheduled_article_counts_from_its_day(topic):
    at = timezone.now() + timedelta(days=40)
    factories.draft(by=factories.author(), topic=topic).schedule(at=at, by=None)

    assert read().review_by == months_after(timezone.localdate(at), 6)


def test_a_day_that_is_set_stays(topic):
    day = today(3)
    factories.draft(by=factories.author(), topic=topic, review_by=day).publish(by=None)

    assert read().review_by == day


def test_topic_without_interval_proposes_nothing(db):
    factories.draft(by=factories.author(), topic=factories.topic()).publish(by=None)

    assert read().review_by is None


def test_changes_published_without_a_next_review_get_it(article):
    article.save_content(article.edited_content() | {"title": "Less salt"}, by=None)
    read().publish_changes(by=None)

    assert read().review_by == months_after(today(), 6)


def test_review_typed_into_the_form_brings_the_next_one(client_of, editor, topic):
    article = factories.draft(by=factories.author(), topic=topic)
    desk, page = client_of(editor), f"{LIST}{article.pk}/change/"
    form = sent_by(desk.get(page), "article_form")

    desk.post(page, form | {"reviewed_at": "2020-01-31"})

    assert read().review_by == date(2020, 7, 31)


def test_missing_day_is_no_warning_where_the_topic_brings_it(client_of, editor, topic):
    article = factories.draft(by=factories.author(), topic=topic)
    page = f"{LIST}{article.pk}/change/"

    assert "no date for the next review" not in client_of(editor).get(page).text


def test_interval_is_a_number_of_months(client_of, editor, topic):
    desk, page = client_of(editor), f"/admin/articles/topic/{topic.pk}/change/"
    form = sent_by(desk.get(page), "topic_form")

    wrong = desk.post(page, form | {"review_months": "0"})
    desk.post(page, form | {"review_months": "24"})

    assert "errorlist" in wrong.text
    topic.refresh_from_db()
    assert topic.review_months == 24


# Reviewed, nothing changed


def press(desk, article, **fields):
    seen = article.revisions.first().pk
    return desk.post(f"{LIST}{article.pk}/reviewed/", {"seen": seen, **fields}, follow=True)


def test_button_sets_the_dates_and_says_who_and_when(client_of, client, editor, article):
    desk = client_of(editor)
    page = press(desk, article).text

    assert read().reviewed_at == today()
    assert read().review_by == months_after(today(), 6)
    assert "Readers now see that it was reviewed today" in page
    assert "Last reviewed without a change by <bdi>edith</bdi>" in " ".join(page.split())
    last = article.revisions.first()
    assert (last.action, last.by) == ("reviewed", editor)
    assert "Next review due" in client.get(article.get_absolute_url()).text


def test_without_an_interval_a_later_day_stays_and_a_past_one_goes(editor):
    article = factories.published_article(review_by=today(9))
    article.confirm_review(by=editor)
    assert read().review_by == today(9)

    Article.objects.update(review_by=today(-9))
    article.confirm_review(by=editor)
    assert read().review_by is None


def test_review_does_not_publish_the_working_copy(article, editor):
    article.save_content(article.edited_content() | {"title": "Less salt"}, by=None)

    read().confirm_review(by=editor)

    assert read().title == "Salt"
    assert read().reviewed_at == today()
    assert read().with_working_copy().title == "Less salt"


def test_working_copy_does_not_undo_the_review(article, editor):
    article.save_content(article.edited_content() | {"title": "Less salt"}, by=None)
    read().confirm_review(by=editor)

    read().publish_changes(by=None)

    assert read().title == "Less salt"
    assert (read().reviewed_at, read().review_by) == (today(), months_after(today(), 6))


@pytest.mark.parametrize("saved_later", [False, True])
def test_scheduled_changes_do_not_undo_the_review(article, editor, saved_later, clock):
    article.save_content(article.edited_content() | {"title": "Less salt"}, by=None)
    read().schedule_changes(at=timezone.now() + timedelta(hours=1), by=None)
    if saved_later:
        row = read()
        row.save_content(row.edited_content() | {"title": "No salt"}, by=None)
    read().confirm_review(by=editor)
    day = today()

    clock.shift(hours=2)
    read().scheduled_steps.get().take()

    assert read().title == "Less salt"
    assert (read().reviewed_at, read().review_by) == (day, months_after(day, 6))
    assert read().with_working_copy().title == ("No salt" if saved_later else "Less salt")
    assert read().with_working_copy().reviewed_at == day


def test_review_of_what_somebody_changed_meanwhile_is_refused(client_of, editor, article):
    seen = article.revisions.first().pk
    Revision.record(article, "changed", by=None)

    page = press(client_of(editor), article, seen=seen)

    assert "Someone changed the article in the meantime" in page.text
    assert read().reviewed_at is None


@pytest.mark.long
@pytest.mark.parametrize("seen", ["", "x", "-1", "٣", "9" * 30])
def test_invented_revision_is_refused(client_of, editor, article, seen):
    assert press(client_of(editor), article, seen=seen).status_code == 200
    assert read().reviewed_at is None


def test_only_public_articles_are_reviewed_so(editor):
    with pytest.raises(WrongStatus):
        factories.draft().confirm_review(by=editor)


def test_button_is_for_those_who_publish(client, client_of, author, article):
    article.contributions.create(author=factories.author(user=author), position=1)
    page = f"{LIST}{article.pk}/reviewed/"

    assert client.post(page).status_code == 302
    assert client_of(author).post(page).status_code == 403
    assert client_of(factories.user("ben", group="Author")).post(page).status_code in {302, 403}
    assert client_of(author).get(page).status_code == 405
    assert read().reviewed_at is None
    assert "nothing changed" not in client_of(author).get(f"{LIST}{article.pk}/change/").text


def test_readers_see_no_next_review_where_there_is_none(client, article):
    assert "Next review due" not in client.get(article.get_absolute_url()).text


# Reminders


def reminded():
    mail.outbox.clear()
    remind_of_reviews.call()
    send_due_notices.call()
    return [message.to[0] for message in mail.outbox]


def test_editors_are_reminded_a_month_and_a_week_before_and_when_due(article, editor):
    Article.objects.update(review_by=today(40))
    said = []
    for days in (0, 9, 10, 11, 32, 33, 34, 39, 40, 41, 60):
        with after(days=days):
            said.append((days, len(reminded())))

    assert [days for days, mails in said if mails] == [10, 33, 40]


def test_reminder_names_the_article_and_its_day(article, editor):
    Article.objects.update(review_by=today())

    assert reminded() == ["edith@example.org"]
    assert mail.outbox[0].subject == "“Salt” is due for review"
    assert f"{LIST}{article.pk}/change/" in mail.outbox[0].body


def test_several_reminders_are_one_mail(article, editor):
    for _number in range(3):
        factories.published_article()
    Article.objects.update(review_by=today())

    assert len(reminded()) == 1
    assert mail.outbox[0].subject == "4 articles are due for review"
    assert reminded() == []


def test_another_day_is_reminded_of_anew(article, editor):
    Article.objects.update(review_by=today())
    reminded()
    article.confirm_review(by=None)
    assert reminded() == []

    Article.objects.update(review_by=today(3))
    assert len(reminded()) == 1


def test_reviewed_meanwhile_brings_no_mail(article, editor):
    Article.objects.update(review_by=today())
    remind_of_reviews.call()
    article.confirm_review(by=None)
    send_due_notices.call()

    assert mail.outbox == []


def test_who_wants_no_reminder_gets_none(article, author, editor):
    choose_mail(editor, [])
    Article.objects.update(review_by=today())

    assert reminded() == []


def test_drafts_bring_no_reminder(editor):
    factories.draft(review_by=today())

    assert reminded() == []


def test_forgetting_notices_does_not_remind_again(article, editor):
    Article.objects.update(review_by=today())
    reminded()

    with after(days=100):
        forget_notices.call()
        assert Notice.objects.exists()
        assert reminded() == []
