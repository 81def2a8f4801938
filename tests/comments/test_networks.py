"""Networks are forgotten in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.tasks import forget_networks
from tests import factories


@pytest.mark.django_db
def test_networks_are_forgotten_after_a_month():
    article = factories.published_article()
    now = timezone.now()
    for days, network in [(31, "192.0.2.0/24"), (29, "198.51.100.0/24")]:
        factories.comment(article, created_at=now - timedelta(days=days), network=network)

    forget_networks.call()

    kept = Comment.objects.order_by("created_at").values_list("network", flat=True)
    assert list(kept) == ["", "198.51.100.0/24"]
