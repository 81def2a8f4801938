"""All layers together, between the form and the queue."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, Restriction, Writer
from comments.querysets import Sender
from comments.spam import assessing, duplicates
from comments.spam.comparing import sketch
from comments.writing import receiving
from comments.writing.receiving import reasons_to_hold, receive
from config.web.cache.change_feed import ChangeFeed
from config.web.cache.kept_values import follow, stop_following
from config.web.requests.throttle import Limit
from tests import factories
from tests.comments.sending import send

OWNER = Sender(owned_address="ann@example.org")
pytestmark = pytest.mark.django_db

LONG_ENOUGH = "I had the same trouble for years, and a spoon of magnesium did nothing for my sleep."
NETWORK = "192.0.2.0/24"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def rules(db):
    """Set with `rules(hold_words="…")`."""

    def write(**fields):
        DiscussionSettings.objects.update_or_create(pk=1, defaults=fields)

    return write


def new(article, **fields):
    fields = {"name": "Ann", "email": "ann@example.org", "body": "It helped me."} | fields
    return Comment(article=article, network=NETWORK, **fields)


def codes(comment):
    return [finding["code"] for finding in comment.held_for]


def known(email="ann@example.org", **fields):
    Writer.objects.update_or_create(
        email=email, defaults={"approved": 5, "verified_at": timezone.now()} | fields
    )


# What holds


def test_plain_comment_of_a_new_writer_is_pending(article):
    comment = receive(new(article))

    assert comment == Comment.objects.get()
    assert (comment.status, comment.held_for) == ("pending", [])


def test_new_writer_is_a_reason_beside_another(article):
    comment = receive(new(article, body="https://a.example https://b.example https://c.example"))

    assert comment.status == "held"
    assert comment.held_for == [
        {"code": "links", "detail": "3"},
        {"code": "new", "detail": ""},
    ]


def test_writer_with_an_approved_comment_is_not_new(article):
    factories.approved_comment(article, email="ann@example.org")

    comment = receive(new(article, body="www.a.example www.b.example"))

    assert codes(comment) == ["links"]


def test_same_words_of_somebody_else_are_held_however_old(article):
    first = factories.comment(article, body=LONG_ENOUGH)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=900))
    for number in range(5):
        factories.comment(article, body=f"Something else that is long enough, number {number}.")

    comment = receive(new(factories.published_article(), body=LONG_ENOUGH.upper()))

    assert comment.held_for[0] == {"code": "same", "detail": str(first.pk)}


def test_almost_the_same_words_are_held(article):
    first = factories.comment(article, body=LONG_ENOUGH)

    comment = receive(new(article, body=LONG_ENOUGH.replace("magnesium", "zinc")))

    code, detail = comment.held_for[0].values()
    assert code == "similar"
    assert detail.split()[0] == str(first.pk)
    assert 75 <= int(detail.split()[1]) < 100


def test_short_thanks_are_nobodys_copy(article):
    factories.comment(article, body="Thank you, that helped!")

    comment = receive(new(article, body="Thank you, that helped!"))

    assert comment.status == "pending"


def test_restriction_holds_writer_and_network(article, moderator):
    for kind, value in (("writer", "Ann@Example.org"), ("network", "192.0.2.77")):
        Restriction.objects.impose(kind, value, effect="hold", by=moderator)

    comment = receive(new(article))

    assert codes(comment) == ["network", "writer", "new"]
    assert comment.status == "held"


def test_edit_is_assessed_too_but_not_against_itself(article):
    comment = factories.comment(article, body=LONG_ENOUGH)

    assert reasons_to_hold(comment) == []
    comment.body = f"{LONG_ENOUGH} https://a.example https://b.example"
    assert [finding["code"] for finding in reasons_to_hold(comment)] == ["links", "new"]


def test_edited_words_are_found_again_and_withdrawn_ones_are_not(article):
    comment = factories.comment(article, body="Something harmless at first.")
    comment.edit(LONG_ENOUGH, by=None, held_for=[])
    assert receive(new(article, body=LONG_ENOUGH)).held_for[0]["code"] == "same"

    Comment.objects.exclude(pk=comment.pk).delete()
    comment.withdraw()

    assert receive(new(article, body=LONG_ENOUGH)).status == "pending"


# What rejects


@pytest.mark.parametrize("kind", ["writer", "network", "word"])
def test_ban_and_listed_word_reject_at_once_and_are_logged(article, rules, kind):
    if kind == "word":
        rules(reject_words="magnesium")
    else:
        value = {"writer": "ann@example.org", "network": NETWORK}[kind]
        Restriction.objects.impose(kind, value, effect="reject", by=None)

    comment = receive(new(article, body="Magnesium!"))

    comment.refresh_from_db()
    decision = comment.decisions.get()
    assert (comment.status, decision.was, decision.by) == ("rejected", "pending", None)
    assert codes(comment)[0] == ("reject_word" if kind == "word" else "ban")
    assert "magnesium" not in comment.reason.lower()
    assert "ban" not in comment.reason.lower()


def test_rejected_comment_gets_the_answer_of_any_other(client, article, rules):
    rules(reject_words="magnesium")

    response = send(client, article, body="Magnesium!")

    assert response.status_code == 303
    assert Comment.objects.get().status == "rejected"
    assert "magnesium" not in client.get(response.url).text.replace("Magnesium!", "")


# Trust


def test_trust_is_off_by_default(article):
    known(approved=1000)

    assert receive(new(article), by=OWNER).status == "pending"


def test_trusted_writer_is_published_and_logged(article, rules):
    rules(trust_after=5)
    known()

    comment = receive(new(article), by=OWNER)

    decision = comment.decisions.get()
    assert comment.status == "approved"
    assert (decision.became, decision.by, decision.reason) == (
        "approved",
        None,
        "Trusted commenter",
    )


def test_trusted_writer_in_a_flood_is_held(article, rules, monkeypatch):
    rules(trust_after=5)
    known()
    few = Limit("comments.site", times=0, period=timedelta(hours=1))
    monkeypatch.setattr(receiving, "PER_SITE", few)

    comment = receive(new(article), by=OWNER)

    assert comment.status == "held"


def test_trust_does_not_reach_who_only_types_the_address(article, rules):
    rules(trust_after=5)
    known()

    assert receive(new(article)).status == "pending"


@pytest.mark.parametrize(
    "lacking", [{"verified_at": None}, {"approved": 4}, {"rejected": 1}, {"spam": 1}]
)
def test_trust_needs_a_confirmed_address_and_a_clean_record(article, rules, lacking):
    rules(trust_after=5)
    known(**lacking)

    assert receive(new(article), by=OWNER).status == "pending"


@pytest.mark.parametrize(
    "suspicious",
    [
        {"body": "https://a.example https://b.example"},
        {"body": "bad"},
        {"email": "ann@mailinator.com"},
        {"body": LONG_ENOUGH},
    ],
)
def test_trust_does_not_reach_past_a_finding(article, rules, suspicious):
    factories.comment(article, body=LONG_ENOUGH)
    rules(trust_after=1, hold_words="bad")
    known(suspicious.get("email", "ann@example.org"))

    assert receive(new(article, **suspicious), by=OWNER).status == "held"


def test_trusted_writers_edit_returns_to_the_queue(article, rules):
    rules(trust_after=5)
    known()
    comment = receive(new(article), by=OWNER)

    comment.body = "Something else."
    comment.edit(comment.body, by=None, held_for=reasons_to_hold(comment))

    assert comment.status == "pending"


# Faults


@pytest.fixture
def broken_layer(monkeypatch):
    def break_with(layer):
        layers = (*assessing.LAYERS[:2], layer, *assessing.LAYERS[2:])
        monkeypatch.setattr(assessing, "LAYERS", layers)

    return break_with


def raises(comment, rules):
    raise ZeroDivisionError


def fails_in_the_database(comment, rules):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    return []


@pytest.mark.parametrize("layer", [raises, fails_in_the_database])
def test_broken_layer_costs_no_comment_and_no_other_finding(
    client, article, broken_layer, caplog, layer
):
    broken_layer(layer)

    with caplog.at_level(logging.ERROR):
        response = send(client, article, body="https://a.example https://b.example")

    comment = Comment.objects.get()
    assert response.status_code == 303
    assert comment.status == "held"
    assert codes(comment) == ["fault", "links", "new"]
    assert layer.__name__ in caplog.text


def test_broken_layer_does_not_let_a_trusted_writer_through(article, rules, broken_layer):
    rules(trust_after=5)
    known()
    broken_layer(raises)

    assert receive(new(article), by=OWNER).status == "held"


# Cost


@pytest.fixture
def hears_changes(transactional_db):
    """As in a process of the site, which keeps the settings."""
    feed = ChangeFeed()
    follow(feed, None)
    feed.catch_up()
    yield
    feed.close()
    stop_following()


def test_comment_costs_few_statements(hears_changes, client, article, django_assert_num_queries):
    send(client, article)  # what a process does once

    # The article; restrictions, words said before and learned words at once; then in a transaction
    # (2) the lock, a look for the same words and the limits; the row, its log and the mail to the
    # authors.
    with django_assert_num_queries(6):
        send(client, article, body=LONG_ENOUGH)


def test_repeated_comment_is_the_one_that_is_there(article, rules):
    rules(reject_words="magnesium")
    first = receive(new(article, body=LONG_ENOUGH), by=OWNER)

    second = receive(new(article, body=LONG_ENOUGH), by=OWNER)

    assert first == second == Comment.objects.get()
    assert second.decisions.count() == 1


def test_words_said_before_are_sought_by_indexes(article):
    factories.comment(article, body=LONG_ENOUGH)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    plan = duplicates.rows_to_compare(0, sketch(LONG_ENOUGH)).explain()

    assert "comment_same_words" in plan
    assert "comment_newest" in plan
    assert "Sort" not in plan
