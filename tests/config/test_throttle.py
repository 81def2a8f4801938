from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config.web.models import RateLimit
from config.web.requests.throttle import Limit, count_all
from config.web.tasks import prune_rate_limits
from tests.clock import after

pytestmark = pytest.mark.day("2026-11-21T12:00")
LIMIT = Limit("knock", 2, timedelta(minutes=10))


@pytest.mark.django_db
def test_tries_beyond_the_limit_are_refused():
    assert [LIMIT.allows("one") for _ in range(4)] == [True, True, False, False]


@pytest.mark.django_db
def test_keys_and_scopes_are_counted_apart():
    for _ in range(3):
        LIMIT.allows("one")

    assert LIMIT.allows("two")
    assert Limit("ring", 2, timedelta(minutes=10)).allows("one")


@pytest.mark.django_db
def test_next_window_starts_anew(clock):
    for _ in range(3):
        LIMIT.allows("one")

    clock.shift(minutes=10)

    assert LIMIT.allows("one")


@pytest.mark.django_db
def test_turn_beyond_the_limit_comes_in_a_later_window(clock):
    noon = timezone.now()
    clock.shift(minutes=3)

    turns = [LIMIT.turn("one") for _ in range(5)]

    minutes = [(turn - noon) / timedelta(minutes=1) for turn in turns]
    assert minutes == [3, 3, 10, 10, 20]


@pytest.mark.django_db
def test_so_many_are_taken_as_there_is_room_for():
    ten = Limit("knock", 10, timedelta(minutes=10))

    assert [ten.take("one", wanted) for wanted in (4, 5, 3, 2)] == [4, 5, 1, 0]

    ten.give_back("one", 6)
    assert ten.take("one", 9) == 6


@pytest.mark.parametrize(
    ("passed", "left"), [(timedelta(0), 600), (timedelta(minutes=9), 60), (timedelta(0, 599.9), 1)]
)
def test_retry_after_is_the_rest_of_the_window(passed, left):
    with after(passed):
        assert LIMIT.retry_after() == left


@pytest.mark.django_db
def test_key_is_not_stored_as_it_is():
    LIMIT.allows("203.0.113.0/24")

    assert "203.0.113" not in RateLimit.objects.get().key


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_all_counted():
    def knock(_):
        try:
            return Limit("knock", 5, timedelta(days=1)).allows("one")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(knock, range(20)))

    assert sum(allowed) == 5


@pytest.mark.django_db
def test_windows_that_ended_are_forgotten(clock):
    LIMIT.allows("old")
    clock.shift(days=3)
    LIMIT.allows("new")

    prune_rate_limits.call()

    assert RateLimit.objects.get().window_start == timezone.now()


@pytest.mark.django_db
def test_several_limits_are_counted_in_one_statement(django_assert_num_queries):
    ring = Limit("ring", 1, timedelta(minutes=10))
    LIMIT.allows("one")

    with django_assert_num_queries(1):
        assert count_all((ring, "one"), (LIMIT, "one")) == []

    assert count_all((ring, "two"), (LIMIT, "one")) == [LIMIT]
    assert count_all((ring, "one"), (LIMIT, "two")) == [ring]
    assert RateLimit.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_several_limits_counted_at_once_in_any_order_do_not_block_each_other():
    ring = Limit("ring", 2, timedelta(minutes=10))
    tries = [(LIMIT, "one"), (ring, "one")]

    def count(number):
        try:
            return count_all(*tries[:: 1 if number % 2 else -1])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        exceeded = list(pool.map(count, range(40)))

    assert sum(limits == [] for limits in exceeded) == 2
