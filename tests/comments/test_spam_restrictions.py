"""Holding or banning a writer or a network."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, Restriction
from comments.spam.tasks import forget_ended_restrictions
from comments.writing.receiving import receive
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db

NETWORK = "192.0.2.0/24"


def test_second_restriction_replaces_the_first(moderator):
    Restriction.objects.impose("writer", "ann@example.org", effect="hold", by=None)

    Restriction.objects.impose("writer", "ANN@example.org", effect="reject", by=moderator, note="!")

    row = Restriction.objects.get()
    assert (row.effect, row.by, row.note, row.ends_at) == ("reject", moderator, "!", None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:DB8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
    ],
)
def test_network_is_restricted_as_comments_keep_it(given, kept):
    row = Restriction.objects.impose("network", given, effect="hold", by=None)

    assert row.value == kept
    assert row.ends_at <= timezone.now() + timedelta(days=30)


@pytest.mark.parametrize("wrong", ["", "example.org", "10.0.0.0/8", "::/0", "192.0.2.0/33"])
def test_what_is_no_network_is_refused(wrong):
    with pytest.raises(ValueError):
        Restriction.objects.impose("network", wrong, effect="hold", by=None)


def test_network_is_restricted_for_a_month_at_most():
    now = timezone.now()
    short = Restriction.objects.impose(
        "network", NETWORK, effect="hold", by=None, ends_at=now + timedelta(days=2)
    )
    assert short.ends_at == now + timedelta(days=2)

    far = now + timedelta(days=400)
    row = Restriction.objects.impose("network", NETWORK, effect="hold", by=None, ends_at=far)

    assert row.ends_at < now + timedelta(days=31)


def test_ended_restriction_holds_nothing_and_is_forgotten():
    fields = {"name": "Ann", "email": "ann@example.org", "body": "It helped me."}
    comment = Comment(article=factories.published_article(), network=NETWORK, **fields)
    Restriction.objects.impose("network", NETWORK, effect="reject", by=None)
    Restriction.objects.impose("writer", "bob@example.org", effect="hold", by=None)

    with after(days=31):
        assert receive(comment).status == "pending"
        forget_ended_restrictions.call()

    assert [row.value for row in Restriction.objects.all()] == ["bob@example.org"]
