"""The editorial calendar: what stands on it for whom, and moving scheduled articles to another day."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from articles.models.refusals import WrongStatus
from tests import factories
from tests.markup import one_line

# A day of its own stands at the test.
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-20T12:00")]

CALENDAR = "/admin/calendar/"
_DAY = re.compile(r'data-day="([\d-]+)"(.*?)</li>\s*(?=<li\s+class="calendar-day|</ol>)', re.DOTALL)
_ENTRY = re.compile(
    r'entry__kind">([^<]+)</span>(?:\s*<time[^>]*>([\d:]+)</time>)?\s*<a[^>]*>([^<]+)</a>'
)


def days(page):
    """(kind, time, title) of each entry, by day."""
    found = {day: _ENTRY.findall(inside) for day, inside in _DAY.findall(page.text)}
    return {day: entries for day, entries in found.items() if entries}


def at(moment):
    return timezone.make_aware(datetime.fromisoformat(moment))


def scheduled(moment, **fields):
    article = factories.draft(by=factories.author(), **fields)
    Article.objects.filter(pk=article.pk).update(status="approved", published_at=at(moment))
    return Article.objects.get(pk=article.pk)


def move(desk, article, day, **fields):
    given = {"article": article.pk, "seen": article.published_at.isoformat(), "day": day}
    given |= {"view": "month", "shown": "2026-12-01"} | fields
    return desk.post(f"{CALENDAR}move/", given, follow=True)


def time_of(article):
    return timezone.localtime(Article.objects.get(pk=article.pk).published_at)


def test_month_shows_what_was_and_what_is_planned(client_of, editor):
    factories.published_article(title="Old", days_ago=2, review_by=date(2026, 12, 3))
    scheduled("2026-12-05 09:30", title="New")
    public = factories.published_article(title="Gone", by=factories.author(), days_ago=40)
    public.schedule_withdrawal(at=at("2026-11-30 08:00"), by=None)
    factories.issue(subject="Winter", status="scheduled", send_at=at("2026-12-06 07:00"))

    desk = client_of(editor)
    november, december = desk.get(CALENDAR), desk.get(f"{CALENDAR}?view=month&day=2026-12-17")

    assert days(november) == {
        "2026-11-18": [("Published", "12:00", "Old")],
        "2026-11-30": [("Withdraw", "08:00", "Gone")],
        "2026-12-03": [("Due for review", "", "Old")],
        "2026-12-05": [("Scheduled", "09:30", "New")],
        "2026-12-06": [("Newsletter: Scheduled", "07:00", "Winter")],
    }
    assert days(december).keys() == {"2026-11-30", "2026-12-03", "2026-12-05", "2026-12-06"}


def test_week_begins_on_monday_and_leads_on(client_of, editor):
    page = client_of(editor).get(f"{CALENDAR}?view=week&day=2026-11-29").text

    assert re.findall(r'data-day="([\d-]+)"', page) == [f"2026-11-{day}" for day in range(23, 30)]
    assert "?view=week&amp;day=2026-11-22" in page
    assert "?view=week&amp;day=2026-12-06" in page
    assert "?view=week&amp;day=2026-11-20" in page  # today


def test_full_day_of_a_month_leads_to_its_week(client_of, editor):
    for number in range(7):
        scheduled(f"2026-11-25 0{number}:00", title=f"Piece {number}")

    desk = client_of(editor)

    month = desk.get(CALENDAR)
    assert len(days(month)["2026-11-25"]) == 4
    assert "3 more" in one_line(month.text)
    assert len(days(desk.get(f"{CALENDAR}?view=week&day=2026-11-25"))["2026-11-25"]) == 7


def test_day_is_that_of_the_site(client_of, editor, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    scheduled("2026-11-25 00:30", title="Early")

    assert days(client_of(editor).get(CALENDAR)) == {
        "2026-11-25": [("Scheduled", "00:30", "Early")]
    }


def test_author_sees_own_articles_and_moves_none(client_of, author):
    own = scheduled("2026-11-25 09:00", title="Own")
    own.contributions.update(author=factories.author(user=author))
    scheduled("2026-11-26 09:00", title="Foreign")
    factories.issue(status="scheduled", send_at=at("2026-11-27 07:00"))
    desk = client_of(author)

    page = desk.get(CALENDAR)

    assert days(page) == {"2026-11-25": [("Scheduled", "09:00", "Own")]}
    assert "data-moves" not in page.text
    assert move(desk, own, "2026-11-27").status_code == 403


def test_calendar_is_closed_to_strangers_and_moderators(client, client_of, moderator):
    assert client.get(CALENDAR).status_code == 302
    assert client_of(moderator).get(CALENDAR).status_code == 403
    article = factories.scheduled_article()
    assert move(client_of(moderator), article, "2026-12-09").status_code == 403


@pytest.mark.parametrize(
    "query", ["day=x", "day=2026-13-01", "day=0001-01-01", "day=9999-12-31", "view=year"]
)
def test_address_that_names_no_days_is_not_found(client_of, editor, query):
    assert client_of(editor).get(f"{CALENDAR}?{query}").status_code == 404


def test_article_moves_to_another_day_at_its_time(client_of, editor):
    article = scheduled("2026-12-05 09:30", title="New")

    page = move(client_of(editor), article, "2026-12-09")

    assert f"{time_of(article):%Y-%m-%d %H:%M}" == "2026-12-09 09:30"
    assert "“New” will appear on 9 December 2026, 09:30" in page.text
    shown = f"/admin/calendar/?view=month&day=2026-12-01#entry-{article.pk}"
    assert page.redirect_chain[-1][0] == shown
    revision = article.revisions.first()
    assert (revision.action, revision.by) == ("scheduled", editor)


def test_calendar_follows_an_article_out_of_the_month(client_of, editor):
    article = scheduled("2026-12-05 09:30")

    page = move(client_of(editor), article, "2027-02-09")

    shown = f"/admin/calendar/?view=month&day=2027-02-09#entry-{article.pk}"
    assert page.redirect_chain[-1][0] == shown


@pytest.mark.day("2026-03-20T12:00")
def test_time_of_day_stays_over_a_change_of_the_clocks(client_of, editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    article = scheduled("2026-03-28 09:30")

    move(client_of(editor), article, "2026-03-30")

    assert f"{time_of(article):%d %H:%M}" == "30 09:30"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "2026-11-19"}, "This time is in the past."),
        ({"day": "tomorrow"}, "Enter the day as year, month, day"),
        ({"day": "9999-12-31"}, "Choose a day within these years."),
        ({"seen": "2026-12-05T09:31:00+00:00"}, "Someone moved or changed it in the meantime."),
        ({"seen": "noon"}, "The calendar has changed"),
    ],
)
def test_move_that_cannot_be_is_refused(client_of, editor, fields, said):
    article = scheduled("2026-12-05 09:30")

    page = move(client_of(editor), article, **{"day": "2026-12-09"} | fields)

    assert said in page.text
    assert time_of(article) == at("2026-12-05 09:30")


def test_public_article_does_not_move(client_of, editor):
    article = factories.published_article()

    page = move(client_of(editor), article, (timezone.localdate() + timedelta(days=3)).isoformat())

    assert "Someone moved or changed it in the meantime." in page.text


def test_nobody_moves_an_own_article_with_four_eyes(client_of, editor, settings):
    settings.FOUR_EYES = True
    article = factories.scheduled_article()
    article.contributions.create(author=factories.author(user=editor))

    page = move(client_of(editor), article, (timezone.localdate() + timedelta(days=5)).isoformat())

    assert "someone else must do this" in page.text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_once_one_is_told():
    article = factories.scheduled_article(days_ahead=3)
    seen = article.published_at

    def reschedule(days):
        try:
            own = Article.objects.get(pk=article.pk)
            own.reschedule(at=seen + timedelta(days=days), seen=seen, by=None)
        except WrongStatus:
            return None
        else:
            return days
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        moved = list(filter(None, pool.map(reschedule, (1, 2))))

    assert len(moved) == 1
    assert time_of(article) == timezone.localtime(seen + timedelta(days=moved[0]))


@pytest.mark.long
def test_number_of_queries_does_not_grow(client_of, editor):
    desk = client_of(editor)
    desk.get(CALENDAR)
    with CaptureQueriesContext(connection) as few:
        desk.get(CALENDAR)
    for number in range(1, 8):
        factories.scheduled_article(days_ahead=number / 10)
        factories.published_article(review_by=timezone.localdate())
        factories.issue(status="scheduled", send_at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        desk.get(CALENDAR)

    assert len(many) == len(few) <= 12
