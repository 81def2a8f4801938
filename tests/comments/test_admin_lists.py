"""Settings, reasons, restrictions, and the logs of what was decided and reported."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Decision, DiscussionSettings, RejectionReason, Report, Restriction
from config.web.requests.capped_paging import CappedPaginator
from tests import factories
from tests.markup import links_of

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
ADMIN = "/admin/comments"
LISTS = ["restriction", "rejectionreason", "decision", "writer", "report"]
READ_ONLY = ["decision", "writer", "report"]


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


@pytest.fixture
def comment():
    return factories.comment(factories.published_article(), email="ann@example.org")


@pytest.mark.long
@pytest.mark.parametrize("name", [*LISTS, "discussionsettings"])
@pytest.mark.parametrize("role", ["anonymous", "author", "editor"])
def test_lists_are_for_moderators(request, client_of, name, role):
    client = Client() if role == "anonymous" else client_of(request.getfixturevalue(role))

    assert client.get(f"{ADMIN}/{name}/").status_code in {302, 403}
    assert b"Log in" in client.get(f"{ADMIN}/{name}/", follow=True).content or role != "anonymous"


@pytest.mark.long
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 10])
def test_size_of_a_list_costs_no_queries(desk, editor, django_assert_max_num_queries, name, size):
    for number in range(size):
        comment = factories.comment(factories.published_article())
        comment.reject(by=editor)
        Report.objects.create(
            comment=comment, reason="spam", resolved_at=timezone.now(), resolved_by=editor
        )
        Restriction.objects.create(kind="writer", value=comment.email, effect="hold", by=editor)
        RejectionReason.objects.create(text=f"Reason {number}")

    with django_assert_max_num_queries(8):
        assert desk.get(f"{ADMIN}/{name}/").status_code == 200


@pytest.mark.parametrize("name", READ_ONLY)
def test_logs_are_only_read(desk, editor, comment, name):
    comment.reject(by=editor)
    Report.objects.create(comment=comment, reason="spam")
    row = {"decision": Decision, "report": Report}.get(name, type(comment)).objects.first()

    responses = [
        desk.get(f"{ADMIN}/{name}/add/"),
        desk.post(f"{ADMIN}/{name}/{row.pk}/delete/", {"post": "yes"}),
        desk.post(f"{ADMIN}/{name}/", {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}),
    ]  # fmt: skip

    assert [response.status_code for response in responses[:2]] == [403, 403]
    assert Decision.objects.exists() and Report.objects.exists()


@pytest.mark.parametrize("name", READ_ONLY)
def test_nothing_counts_a_whole_table(desk, editor, comment, name):
    comment.reject(by=editor)
    Report.objects.create(comment=comment, reason="spam")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        desk.get(f"{ADMIN}/{name}/")

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    assert all(f"LIMIT {CappedPaginator.CAP}" in sql for sql in counts)


def test_long_log_says_that_there_is_more(desk, editor, comment, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "CAP", 2)
    for _ in range(3):
        comment.reject(by=editor)
        comment.approve(by=editor)

    page = desk.get(f"{ADMIN}/decision/").text

    assert "2 or more decisions" in page


@pytest.mark.long
@pytest.mark.parametrize("name", READ_ONLY)
def test_typed_address_of_a_list_never_fails(desk, comment, name):
    for query in (
        "?by=x", "?by=%00", "?by=99999999999999999999", "?became__exact=%00", "?p=x", "?p=99999", "?o=9.-9", "?q=%22",
        "?q=" + "a" * 5000, "?all=", "?by__password__startswith=x", "?state=x", "?state=open", "?_facets=True",
    ):  # fmt: skip
        assert desk.get(f"{ADMIN}/{name}/{query}", follow=True).status_code in {200, 400}, query


def test_log_is_read_by_moderator_and_by_what_became_of_it(desk, moderator, editor):
    article = factories.published_article()
    factories.comment(article, body="Rejected by the moderator").reject(by=moderator)
    factories.comment(article, body="Approved by the moderator").approve(by=moderator)
    factories.comment(article, body="Rejected by the editor").reject(by=editor)

    page = desk.get(f"{ADMIN}/decision/?by={moderator.pk}&became__exact=rejected").text

    assert "Rejected by the moderator" in page
    assert "Approved by the moderator" not in page
    assert "Rejected by the editor" not in page


def test_line_of_a_log_leads_to_its_comment(desk, editor, comment):
    comment.reject(by=editor)
    report = Report.objects.create(comment=comment, reason="spam")
    own_page = f"{ADMIN}/comment/{comment.pk}/change/"

    page = desk.get(f"{ADMIN}/decision/").text

    assert own_page in links_of(page)
    for address in (f"decision/{Decision.objects.get().pk}", f"report/{report.pk}"):
        assert desk.get(f"{ADMIN}/{address}/change/").url == own_page


def test_hostile_words_are_escaped_in_the_lists(desk, editor, comment):
    type(comment).objects.update(name=HOSTILE, body=HOSTILE)
    comment.reject(by=editor, reason=HOSTILE)
    Report.objects.create(comment=comment, reason="other", text=HOSTILE)
    Restriction.objects.create(kind="writer", value=HOSTILE, effect="hold", note=HOSTILE)
    RejectionReason.objects.create(text=HOSTILE)

    for name in LISTS:
        page = desk.get(f"{ADMIN}/{name}/").text
        assert HOSTILE not in page
        assert name == "writer" or "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [("ann@", True), ("ANN@EXAMPLE.org", True), (" ann ", True), ("nn@", False), ("%", False), ("a_n", False)],
)  # fmt: skip
def test_writer_is_searched_by_the_beginning_of_an_address(desk, comment, search, found):
    page = desk.get(f"{ADMIN}/writer/", {"q": search}).text

    assert ("ann@example.org</a>" in page) is found


def test_writers_page_leads_to_the_comments(desk, comment):
    from comments.models import Writer

    page = desk.get(f"{ADMIN}/writer/{Writer.objects.get().pk}/change/").text

    assert "/admin/comments/queue/?tab=all&amp;q=ann%40example.org" in page
    assert "/data" not in page


# Settings


def test_settings_are_one_row(desk):
    page = f"{ADMIN}/discussionsettings/1/change/"

    assert desk.get(f"{ADMIN}/discussionsettings/").url == page
    assert desk.get(page).status_code == 200
    assert desk.get(f"{ADMIN}/discussionsettings/add/").status_code == 403
    assert desk.post(f"{ADMIN}/discussionsettings/1/delete/", {"post": "yes"}).status_code == 403


def test_settings_are_saved(desk):
    sent = {
        "rules": "Be kind.", "hold_links": "3", "hold_words": "cure", "reject_words": "", "alarm_after_hours": "24",
        "close_after_days": "90", "trust_after": "",
    }  # fmt: skip

    response = desk.post(f"{ADMIN}/discussionsettings/1/change/", sent)

    kept = DiscussionSettings.current()
    assert response.status_code == 302
    assert (kept.rules, kept.alarm_after_hours, kept.trust_after) == (
        "Be kind.",
        24,
        None,
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "field", ["hold_links", "trust_after", "alarm_after_hours", "close_after_days"]
)
@pytest.mark.parametrize("value", ["0", "-1", "99999999", "x"])
def test_settings_without_sense_are_asked_again(desk, field, value):
    sent = {"rules": "", "hold_links": "2", field: value}

    assert desk.post(f"{ADMIN}/discussionsettings/1/change/", sent).status_code == 200


# Restrictions


def restrict(client, **sent):
    sent = {"effect": "hold", "note": "", "ends_at_0": "", "ends_at_1": "", **sent}
    return client.post(f"{ADMIN}/restriction/add/", sent)


def days_ahead(days):
    moment = timezone.now() + timedelta(days=days)
    return {"ends_at_0": f"{moment:%Y-%m-%d}", "ends_at_1": "00:00:00"}


def test_restriction_keeps_who_made_it_and_addresses_in_lower_case(desk, moderator):
    response = restrict(desk, kind="writer", value="Ann@Example.ORG")

    assert response.status_code == 302
    assert Restriction.objects.get().value == "ann@example.org"
    assert Restriction.objects.get().by == moderator


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.77/32", "192.0.2.0/24"),
        ("2001:DB8:1:2::3", "2001:db8:1::/48"),
    ],
)
def test_network_is_kept_as_comments_have_it(desk, typed, kept):
    restrict(desk, kind="network", value=typed, **days_ahead(20))

    assert Restriction.objects.get().value == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0.0.0.0/0",
        "192.0.0.0/8",
        "::/0",
        "192.0.2",
        "ann@example.org",
        "x" * 255,
    ],
)
def test_network_that_is_none_or_too_large_is_asked_again(desk, value):
    assert restrict(desk, kind="network", value=value, **days_ahead(20)).status_code == 200
    assert not Restriction.objects.exists()


@pytest.mark.parametrize("end", [{}, days_ahead(40)])
def test_network_needs_an_end_within_30_days(desk, end):
    response = restrict(desk, kind="network", value="192.0.2.0/24", **end)

    assert "within 30 days" in response.text
    assert not Restriction.objects.exists()


@pytest.mark.parametrize("value", ["ann", "ann@", "192.0.2.0/24", ""])
def test_writer_is_restricted_by_a_whole_address(desk, value):
    assert restrict(desk, kind="writer", value=value).status_code == 200
    assert not Restriction.objects.exists()


def test_second_restriction_of_the_same_is_asked_again(desk):
    restrict(desk, kind="writer", value="ann@example.org")

    assert restrict(desk, kind="writer", value="ANN@example.org").status_code == 200
    assert Restriction.objects.count() == 1


def test_moderator_ends_a_restriction(desk):
    restrict(desk, kind="writer", value="ann@example.org")
    row = Restriction.objects.get()

    desk.post(f"{ADMIN}/restriction/{row.pk}/delete/", {"post": "yes"})

    assert not Restriction.objects.exists()
