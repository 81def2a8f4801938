"""Moderators read the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import DiscussionSettings, Report, Writer
from comments.moderating.queue.tabs import BATCH, counts
from tests import factories
from tests.markup import links_of, one_line

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/queue/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


def waiting(article, hours, **fields):
    written = timezone.now() - timedelta(hours=hours)
    return factories.comment(article, created_at=written, **fields)


def shown(client, query=""):
    return [row.comment for row in client.get(QUEUE + query).context["rows"]]


def page_of(client, query=""):
    return client.get(QUEUE + query).text


def test_list_of_comments_is_the_queue(desk):
    assert desk.get("/admin/comments/comment/").url == QUEUE


def test_front_page_of_the_admin_leads_to_the_queue(desk, article):
    factories.comment(article)

    assert QUEUE in links_of(desk.get("/admin/").text)


# Tabs


def test_what_waits_stands_in_the_order_it_came(desk, article):
    newer, older = waiting(article, 1), waiting(article, 2)
    factories.comment(article).reject(by=None)

    assert shown(desk) == [older, newer]


def test_what_is_decided_stands_with_the_last_decision_first(desk, article):
    written_last, written_first = waiting(article, 1), waiting(article, 2)
    for comment in (written_last, written_first):
        comment.approve(by=None)

    assert shown(desk, "?tab=approved") == [written_first, written_last]


def test_what_was_reported_stands_with_the_oldest_report_first_and_once(desk, article):
    comments = [factories.approved_comment(article) for _ in range(3)]
    for comment, hours in [(comments[0], 1), (comments[1], 5), (comments[0], 9)]:
        at = timezone.now() - timedelta(hours=hours)
        Report.objects.create(comment=comment, reason="abuse", at=at)
    Report.objects.create(comment=comments[2], reason="spam", resolved_at=timezone.now())

    assert shown(desk, "?tab=reported") == [comments[0], comments[1]]


def test_each_state_has_its_tab_and_all_hold_everything(desk, article):
    states = {"pending": None, "approved": "approve", "rejected": "reject", "spam": "mark_as_spam", "removed": "remove"}  # fmt: skip
    made = {}
    for state, verb in states.items():
        made[state] = factories.comment(article)
        if verb:
            getattr(made[state], verb)(by=None)
    made["held"] = factories.comment(article, status="held")

    for tab in ("pending", "held", "approved", "rejected", "spam"):
        assert shown(desk, f"?tab={tab}") == [made[tab]]
    assert set(shown(desk, "?tab=all")) == set(made.values())


def test_tabs_tell_how_much_is_in_them(desk, article):
    for _ in range(3):
        factories.comment(article)
    Report.objects.create(comment=factories.approved_comment(article), reason="abuse")

    tabs = {tab["name"]: tab["count"] for tab in desk.get(QUEUE).context["tabs"]}

    assert (tabs["pending"], tabs["approved"], tabs["reported"], tabs["spam"]) == ("3", "1", "1", "0")  # fmt: skip


def test_counting_ends_at_a_thousand(desk, article, monkeypatch):
    monkeypatch.setattr("comments.moderating.queue.tabs.COUNTED", 2)
    for _ in range(5):
        factories.comment(article)

    assert counts()["pending"] == 3
    assert '<span class="queue-count" data-count>2+</span>' in page_of(desk)


def test_batches_follow_each_other_without_gap_or_repetition(desk, article):
    moment = timezone.now() - timedelta(days=1)
    # At one moment, as a flood or an import makes them.
    wanted = [factories.comment(article, created_at=moment) for _ in range(BATCH + 10)]

    first = desk.get(QUEUE)
    second = desk.get(f"{QUEUE}?after={first.context['following']}")

    rows = [*first.context["rows"], *second.context["rows"]]
    assert [row.comment for row in rows] == wanted
    assert second.context["following"] is None
    assert 'rel="next"' in first.text


@pytest.mark.long
@pytest.mark.parametrize("tab", ["approved", "all", "reported"])
def test_batches_of_other_tabs_follow_each_other_too(desk, article, tab):
    for hours in range(BATCH + 5):
        comment = waiting(article, hours)
        comment.approve(by=None)
        Report.objects.create(comment=comment, reason="abuse", at=comment.created_at)

    first = desk.get(f"{QUEUE}?tab={tab}")
    second = desk.get(f"{QUEUE}?tab={tab}&after={first.context['following']}")

    rows = [*first.context["rows"], *second.context["rows"]]
    assert len({row.comment.pk for row in rows}) == len(rows) == BATCH + 5


# What a row tells


def test_comment_stands_whole_and_escaped(desk, article):
    words = "word " * 900 + "<b>end</b>"
    factories.comment(article, name="Ann <i>", body=words)

    page = page_of(desk)

    assert "word " * 900 + "&lt;b&gt;end&lt;/b&gt;" in page
    assert "Ann &lt;i&gt;" in page


def test_row_tells_article_writer_network_and_history(desk, article):
    for body, verb in [("a", "approve"), ("b", "approve"), ("c", "mark_as_spam"), ("d", "remove")]:
        getattr(factories.comment(article, email="ann@example.org", body=body), verb)(by=None)
    factories.comment(article, email="ann@example.org", network="192.0.2.0/24")
    Writer.objects.update(verified_at=timezone.now())

    page = page_of(desk)

    assert links_of(page)["/articles/sleep-well/"] == "Sleep well"
    assert "ann@example.org" in page
    assert ">confirmed<" in page
    assert "2 approved · 1 rejected or removed · 1 spam · since" in page
    assert "192.0.2.0/24" in page


def test_row_tells_why_a_comment_is_held(desk, article):
    found = [{"code": "links", "detail": "3"}, {"code": "new", "detail": ""}]
    factories.comment(article, status="held", held_for=found)

    page = page_of(desk, "?tab=held")

    assert "3 links" in page
    assert "new commenter" in page


def test_row_tells_what_is_answered_and_where(desk, article):
    above = factories.approved_comment(article, name="Rosa", body="Tea keeps me awake.")
    middle = factories.comment(article, parent=above, body="Me too.")
    middle.approve(by=None)
    factories.comment(article, parent=middle, body="Not me.")

    page = page_of(desk)

    assert "In reply to <bdi>" in page
    assert "Me too." in page
    assert "reply level 3" in page


def test_row_tells_reports_with_their_words(desk, article):
    comment = factories.approved_comment(article)
    for number, text in enumerate(["Tells people to stop insulin.", ""]):
        comment.reports.create(reason="harmful", text=text, network=f"192.0.{number}.0/24")

    page = page_of(desk, "?tab=reported")

    assert "2 reports" in page
    assert "Tells people to stop insulin." in page
    assert "Advice that can do harm" in page


def test_row_tells_the_first_version_of_an_edited_comment(desk, article):
    comment = factories.comment(article, body="First words")
    comment.edit("Second words", by=None, held_for=[])
    comment.edit("Third words", by=None, held_for=[])

    page = page_of(desk)

    assert "Third words" in page
    assert "First words" in page
    assert "Edited by the commenter" in page


def test_row_tells_how_many_notes_and_the_last(desk, moderator, article):
    comment = factories.comment(article)
    for text in ("Older note", "Newer note"):
        comment.notes.create(text=text, by=moderator)

    page = page_of(desk)

    assert "2 notes" in page
    assert "Newer note" in page
    assert "Older note" not in page


def test_row_tells_badge_and_last_decision_with_its_reason(desk, editor, article):
    factories.comment(article, badge="author").reject(by=editor, reason="Off topic.")

    page = page_of(desk, "?tab=rejected")

    assert '<span class="queue-badge">Author</span>' in page
    assert "Rejected by edith, just now" in page
    assert "Off topic." in page


def test_decisions_are_offered_where_they_make_sense(desk, article):
    approved = factories.approved_comment(article)
    offered = one_line(page_of(desk, "?tab=approved"))
    approved.reports.create(reason="abuse")
    offered_when_reported = one_line(page_of(desk, "?tab=reported"))

    assert ">Remove…<" in offered
    assert "> Keep <" not in offered
    assert "> Keep <" in offered_when_reported


def test_alarm_stands_above_the_queue_when_a_comment_waits_too_long(desk, article):
    waiting(article, 47)
    calm = page_of(desk)
    waiting(article, 49, status="held")
    alarmed = page_of(desk)
    DiscussionSettings.objects.update(alarm_after_hours=None)
    switched_off = page_of(desk)

    assert "queue-alarm" not in calm
    assert "The oldest pending comment was sent 2\xa0days ago" in alarmed
    assert "queue-alarm" not in switched_off


def test_queue_holds_no_inline_script_or_style(desk, article):
    factories.comment(article)

    response = desk.get(QUEUE)

    page = response.text
    assert "style=" not in page
    assert "onclick=" not in page
    assert "unsafe-inline" not in response["Content-Security-Policy"]
