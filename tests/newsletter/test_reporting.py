"""Editors see how far an issue is, what came of it, and how the list grows."""

import pytest
from django.utils import timezone

from newsletter.models import Delivery, Issue, MailEvent
from newsletter.reporting import bars, growth, list_figures, progress_of
from newsletter.tasks import count_subscribers
from tests import factories

GROWTH = "/admin/newsletter/subscriber/growth/"


@pytest.fixture
def half_sent(db):
    """An issue for four: two mails are out, of which one came back and one reader left."""
    for _number in range(4):
        factories.subscriber()
    issue = factories.started_issue()
    now = timezone.now()
    first, second = Delivery.objects.order_by("pk")[:2]
    for row in (first, second):
        row.status, row.begun_at, row.answered_at = "sent", now, now
        row.save()
    MailEvent.objects.create(key="1", delivery=first, issue=first.issue, kind="soft", at=now)
    second.subscriber.unsubscribe()
    issue.count()
    return issue


def test_progress_counts_what_became_of_the_mails(half_sent):
    progress = progress_of(half_sent)

    assert progress.done == 50
    assert (progress.counts["sent"], progress.counts["waiting"]) == (2, 2)
    assert (progress.soft, progress.hard, progress.leaves) == (1, 0, 1)
    assert progress.per_hour > 0
    assert progress.ends_at >= progress.at


@pytest.mark.django_db
def test_draft_has_no_progress():
    assert progress_of(factories.issue()) is None


def test_issue_page_shows_progress(client_of, editor, half_sent):
    page = client_of(editor).get(f"/admin/newsletter/issue/{half_sent.pk}/change/").text

    assert '<progress max="100" value="50"' in page
    assert "Unsubscribed within 7 days" in page


def test_issue_without_receivers_is_through(client_of, editor):
    issue = factories.started_issue()

    assert progress_of(Issue.objects.get(pk=issue.pk)).done == 0
    assert client_of(editor).get(f"/admin/newsletter/issue/{issue.pk}/change/").status_code == 200


@pytest.mark.day("2026-03-31T12:00")
def test_growth_counts_by_month(half_sent):
    months = growth(list_figures())

    assert len(months) == 12
    assert f"{months[0].first_day:%Y-%m}" == "2025-04"
    last = months[-1]
    assert (last.joined, last.left, last.bounced, last.complained) == (0, 1, 1, 0)
    assert bars(months, "joined", "left")[-1].second == 160
    assert bars(months, "bounced", "complained")[-1].first == 160
    assert {(row.first, row.second) for row in bars(months, "joined", "left")[:-1]} == {(0, 0)}


def test_numbers_of_the_list_are_those_of_the_last_count(half_sent):
    before = list_figures().statuses
    factories.subscriber("pending")

    assert list_figures().statuses == before == {"confirmed": 3, "unsubscribed": 1}
    count_subscribers.call()
    assert list_figures().statuses == before | {"pending": 1}


def test_progress_says_how_much_of_the_list_is_filled(half_sent):
    Issue.objects.update(filled_up_to=25, last_subscriber=100)
    progress = progress_of(Issue.objects.get())

    # Two of four mails are through, and four are a quarter of all.
    assert (progress.filled, progress.done) == (25, 12)


def test_growth_is_for_those_who_see_subscribers(client, client_of, editor, author, moderator):
    assert client.get(GROWTH).status_code == 302
    for person in (author, moderator):
        assert client_of(person).get(GROWTH).status_code == 403
    root = factories.user("root", is_superuser=True, group="Editor")

    page = client_of(root).get(GROWTH).text

    assert page.count('<svg class="growth"') == 2
    assert "<details>" in page
    assert " style=" not in page.split('id="content-main"')[1]
