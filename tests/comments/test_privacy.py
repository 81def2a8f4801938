"""Everything kept of an address can be handed over and erased."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.db import connection

from comments.models import (
    Comment,
    Decision,
    Edit,
    MutedAddress,
    Note,
    Notice,
    Report,
    Restriction,
    Thread,
    Writer,
)  # fmt: skip
from comments.writers.privacy import erase, export
from comments.writing.receiving import receive
from tests import factories
from tests.comments.mailed import asking
from tests.markup import words_of

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def comment(article):
    row = asking(article, body="My dentist is Ann-Marie.", network="192.0.2.0/24")
    row.edit("My dentist is kind.", by=None, held_for=[])
    row.approve(by=None)
    return row


def text_of_all_tables():
    """All that the database holds of comments and of the admin's log, as text."""
    tables = [name for name in connection.introspection.table_names() if "comments_" in name]
    with connection.cursor() as cursor:
        rows = []
        for table in [*tables, "django_admin_log"]:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_export_holds_every_comment_with_its_state(article, comment):
    factories.comment(article, email=ANN, body="Second.")
    factories.comment(article, email=ANN, body="Third.").mark_as_spam(by=None)
    factories.comment(article, body="By somebody else.")

    data = export("ANN@example.org")

    states = {row["text"]: row["state"] for row in data["comments"]}
    assert states == {
        "My dentist is kind.": "published",
        "Second.": "awaits moderation",
        "Third.": "not published",
    }
    first = data["comments"][0]
    assert first["earlier_texts"] == ["My dentist is Ann-Marie."]
    assert first["network"] == "192.0.2.0/24"
    assert first["url"] == f"http://testserver/articles/sleep-well/comments/{comment.pk}/"
    assert data["settings"]["address_confirmed_at"]


def test_export_tells_what_was_imposed_on_the_address(moderator):
    Restriction.objects.create(kind="writer", value=ANN, effect="hold", by=moderator, note="Rude.")

    (restriction,) = export(ANN)["restrictions"]

    assert restriction["effect"] == "Always hold"
    assert "Rude." not in str(restriction)


def test_nothing_is_known_of_an_unknown_address():
    data = export("nobody@example.org")

    assert (data["comments"], data["restrictions"], data["settings"]) == ([], [], {})


def test_export_costs_the_same_for_many_comments(article, django_assert_num_queries):
    for _number in range(20):
        factories.comment(article, email=ANN)

    with django_assert_num_queries(4):
        export(ANN)


def test_erased_address_is_nowhere_any_more(article, comment, moderator):
    reply = asking(article, parent=comment, body="As Ann I add this.")
    reply.remove(by=moderator, reason="Ann is rude.")
    comment.notes.create(text="Ann again.", by=moderator)
    comment.reports.create(reason="private", text="Ann tells her name.")
    Restriction.objects.create(kind="writer", value=ANN, effect="hold", note="That Ann.")
    log = {"user": moderator, "action_flag": ADDITION}
    for row in (comment, Writer.objects.get(email=ANN), Restriction.objects.get()):
        LogEntry.objects.log_actions(moderator.pk, [row], ADDITION, single_object=True)
    assert LogEntry.objects.filter(**log).count() == 3

    erase(ANN, by=moderator)

    left = text_of_all_tables()
    assert "Ann" not in words_of(left)
    assert ANN not in left
    assert "192.0.2" not in left
    assert "dentist" not in left


def test_thread_keeps_its_shape(article, comment):
    reply = factories.approved_comment(article, parent=comment, body="So true.")

    erase(ANN)

    place, shown = Comment.objects.in_thread().in_reading_order()
    assert shown == reply
    assert (place.pk, place.status, place.name, place.body) == (comment.pk, "withdrawn", "", "")
    assert place.is_placeholder
    assert Thread.objects.get(article=article).shown == 1


def test_who_decided_when_stays_in_the_log(comment, moderator):
    comment.remove(by=moderator, reason="Ann is rude.")

    erase(ANN, by=moderator)

    log = [(row.was, row.became, row.by, row.reason) for row in comment.decisions.all()]
    assert log[:2] == [
        ("removed", "withdrawn", moderator, ""),
        ("approved", "removed", moderator, ""),
    ]


def test_comment_on_which_nothing_hangs_is_deleted(article):
    factories.comment(article, email=ANN)

    erase(ANN)

    assert not Comment.objects.exists()
    assert not Writer.objects.exists()


def test_own_answers_to_oneself_are_erased_with_the_rest(article, comment):
    asking(article, parent=comment)

    erase(ANN)

    assert not Comment.objects.exclude(status="withdrawn").exists()
    assert not Comment.objects.in_thread().exists()


def test_others_are_left_alone(article, comment, moderator):
    other = asking(article, email="ben@example.org", parent=comment)
    other.approve(by=moderator, reason="")
    other.notes.create(text="Good.", by=moderator)
    Restriction.objects.create(kind="writer", value="ben@example.org", effect="hold")

    erase(ANN)

    other.refresh_from_db()
    assert (other.is_approved, other.email, other.wants_mail) == (True, "ben@example.org", True)
    assert Writer.objects.get().email == "ben@example.org"
    assert Note.objects.count() == 1
    assert Restriction.objects.get().value == "ben@example.org"


def test_erasing_again_is_harmless(article, comment):
    erase(ANN)
    decisions = Decision.objects.count()

    erase(ANN)

    assert Decision.objects.count() == decisions
    assert Comment.objects.count() == 1


def test_what_belongs_to_the_comments_goes_with_them(article, comment):
    comment.reports.create(reason="abuse", network="192.0.2.0/24")

    erase(ANN)

    assert not (Edit.objects.exists() or Notice.objects.exists())
    assert not Report.objects.open().exists()


def test_ban_is_not_shaken_off(article, comment, moderator):
    Restriction.objects.create(kind="writer", value=ANN, effect="reject", by=moderator)
    erase(ANN)

    again = receive(Comment(article=article, name="Eve", email=ANN, body="Back again."))

    assert again.status == "rejected"
    assert ANN not in Restriction.objects.get().value


def test_of_two_restrictions_of_a_returning_address_the_ban_is_kept(moderator):
    Restriction.objects.create(kind="writer", value=ANN, effect="reject", by=moderator)
    erase(ANN)
    Restriction.objects.create(kind="writer", value=ANN, effect="hold", by=moderator)

    erase(ANN)

    kept = Restriction.objects.get()
    assert kept.effect == "reject"
    assert kept.value != ANN


def test_mails_that_were_ended_stay_ended(comment):
    Writer.objects.get(email=ANN).mute()

    erase(ANN)

    assert MutedAddress.objects.of(ANN).exists()
    assert ANN not in str(MutedAddress.objects.values())


def test_code_of_an_address_cannot_be_made_without_the_sites_secret(settings):
    from comments.querysets import address_hash

    here = address_hash(ANN)
    settings.SECRET_KEY = "another"

    assert address_hash(ANN) != here


def test_erased_comment_opens_no_page(client, comment):
    from comments.writers import links

    erase(ANN)

    assert client.get(links.manage_path(comment)).status_code == 404
