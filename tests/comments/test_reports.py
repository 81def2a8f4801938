"""Readers report a public comment, and moderators answer."""

import pytest
from django.test import Client

from comments import tasks
from comments.models import DiscussionSettings, NotAllowed, Report
from comments.writers.reporting import PER_NETWORK, ReportForm
from tests import factories
from tests.clock import after, ago
from tests.markup import links_of, one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.approved_comment(
        factories.published_article(title="Sleep well"), body="Stop your <b>medicine</b>!"
    )


def url(comment):
    return f"/articles/{comment.article.slug}/comments/{comment.pk}/report/"


def filled_in(comment, **fields):
    with ago(seconds=30):
        stamp = ReportForm(comment=comment).initial["rendered"]
    return {"reason": "harmful", "text": "", "website_address": "", "rendered": stamp, **fields}


def send(client, comment, *, headers=None, **fields):
    return client.post(url(comment), filled_in(comment, **fields), headers=headers)


def test_page_shows_the_comment_and_the_reasons(client, comment):
    page = one_line(client.get(url(comment)).text)

    assert "Stop your medicine!" not in page  # as it was kept, tags and all, escaped
    assert "Stop your &lt;b&gt;medicine&lt;/b&gt;!" in page
    assert page.count('type="radio" name="reason"') == len(Report.Reason.choices)
    assert 'name="robots" content="noindex"' in page


def test_page_shows_the_rules_that_the_moderators_go_by(client, comment):
    pages = []
    for rules in ("", "Be kind."):
        DiscussionSettings(rules=rules).save()
        pages.append(client.get(url(comment)).text)

    assert ["#rules" in links_of(page) for page in pages] == [False, True]
    assert "Be kind." in pages[1]


def test_report_that_is_sent_at_once_is_kept(client, comment):
    stamp = ReportForm(comment=comment).initial["rendered"]

    assert send(client, comment, rendered=stamp).status_code == 303
    assert Report.objects.exists()


def test_report_is_kept_and_thanked(client, comment):
    response = send(client, comment, text="It is <i>dangerous</i>.", reason="harmful")

    report = Report.objects.get()
    assert response.status_code == 303
    assert response.url == "/articles/sleep-well/comments/reported/"
    assert "Thank you" in one_line(client.get(response.url).text)
    assert (report.comment, report.reason, report.text) == (comment, "harmful", "It is dangerous.")
    assert report.network == "127.0.0.0/24"
    assert not response.cookies


def test_opening_the_page_reports_nothing(client, comment):
    client.get(url(comment))
    client.head(url(comment))

    assert not Report.objects.exists()


def test_second_report_of_a_network_is_thanked_all_the_same(client, comment):
    first, second = send(client, comment), send(client, comment, reason="abuse")

    assert first.url == second.url
    assert Report.objects.get().reason == "harmful"


def test_other_networks_and_other_comments_count_for_themselves(comment):
    other = factories.approved_comment(comment.article)

    send(Client(REMOTE_ADDR="192.0.2.1"), comment)
    send(Client(REMOTE_ADDR="198.51.100.1"), comment)
    send(Client(REMOTE_ADDR="192.0.2.1"), other)

    assert comment.reports.open().count() == 2
    assert other.reports.open().count() == 1


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam", "remove", "withdraw"])
def test_comment_that_is_not_public_cannot_be_reported(client, comment, verb):
    getattr(comment, verb)(**({} if verb == "withdraw" else {"by": None}))

    assert client.get(url(comment)).status_code == 404
    assert send(client, comment).status_code == 404


def test_pending_comment_is_not_told_apart_from_none(client, comment):
    pending = factories.comment(comment.article)

    assert client.get(url(pending)).status_code == 404
    assert client.get("/articles/sleep-well/comments/999999999999/report/").status_code == 404
    assert client.get("/articles/elsewhere/comments/1/report/").status_code == 404


def test_comment_under_another_or_a_hidden_article_is_not_found(client, comment):
    factories.published_article(title="Other")
    other = url(comment).replace("sleep-well", "other")
    assert client.get(other).status_code == 404

    comment.article.withdraw(by=None)
    assert client.get(url(comment)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": ""}, "Choose what is wrong"),
        ({"reason": "approved"}, "Select a valid choice"),
        ({"text": "x" * 501}, "Shorten this to 500"),
        ({"website_address": "x"}, "should stay empty"),
        ({"rendered": "forged"}, "Send the form again"),
    ],
)
def test_wrong_report_comes_back_with_its_text(client, comment, fields, message):
    response = send(client, comment, **{"text": "Typed words.", **fields})
    page = one_line(response.text)

    assert response.status_code == 422
    assert message in page
    assert fields.get("text", "Typed words.") in page
    assert not Report.objects.exists()


def test_post_from_another_site_is_refused(client, comment):
    response = send(client, comment, headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403
    assert not Report.objects.exists()


def test_network_that_reports_on_and_on_is_asked_to_wait(client, comment):
    comments = [factories.approved_comment(comment.article) for _ in range(PER_NETWORK.times)]
    for other in comments:
        assert send(client, other).status_code == 303

    response = send(client, comment, text="Typed words.")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Typed words." in one_line(response.text)


# What becomes of reports


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam", "remove"])
def test_decision_against_the_comment_answers_its_reports(client, comment, moderator, verb):
    send(client, comment)

    getattr(comment, verb)(by=moderator)

    report = Report.objects.get()
    assert report.resolved_by == moderator
    assert report.resolved_at


def test_moderator_keeps_the_comment_and_the_log_says_so(client, comment, moderator):
    send(client, comment)

    comment.dismiss_reports(by=moderator)

    decision = comment.decisions.first()
    assert (decision.was, decision.became, decision.by) == ("approved", "approved", moderator)
    assert not comment.reports.open().exists()
    assert comment.is_approved


def test_only_reports_of_a_public_comment_are_dismissed(comment, moderator):
    comment.remove(by=None)

    with pytest.raises(NotAllowed):
        comment.dismiss_reports(by=moderator)


@pytest.mark.parametrize("verb", ["remove", "dismiss_reports"])
def test_undo_opens_the_reports_again(client, comment, moderator, verb):
    send(client, comment)
    getattr(comment, verb)(by=moderator)

    comment.undo(by=moderator)

    assert comment.reports.open().count() == 1
    assert comment.is_approved


def test_undo_counts_nobody_twice_who_reported_again(client, comment, moderator):
    send(client, comment)
    comment.dismiss_reports(by=moderator)
    send(client, comment)

    comment.undo(by=moderator)

    assert comment.reports.open().count() == 1


def test_reports_answered_before_stay_answered(client, comment, moderator):
    send(client, comment)
    comment.dismiss_reports(by=moderator)
    comment.remove(by=moderator)

    comment.undo(by=moderator)

    assert not comment.reports.open().exists()


def test_networks_of_reports_are_forgotten_after_a_month(client, comment):
    send(client, comment)

    with after(days=31):
        tasks.forget_networks.call()

    assert Report.objects.get().network == ""
