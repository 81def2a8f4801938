"""The measure of work tells what grows with its input from what grows with its square (tests/effort.py)."""

import pytest

from tests.effort import assert_cheap, assert_in_proportion


def count_to(number):
    for _step in range(number):
        pass


def test_work_in_proportion_passes():
    assert_in_proportion(lambda length: count_to(1_000 * length), 1_000)


def test_work_that_grows_faster_is_found():
    with pytest.raises(AssertionError, match="for 1,000"):
        assert_in_proportion(lambda length: count_to(length * length * length // 64), 200)


def test_work_that_is_dear_is_found():
    assert_cheap(lambda: count_to(10))

    with pytest.raises(AssertionError, match="s of a processor"):
        assert_cheap(lambda: count_to(1_000_000), seconds=0.001)
