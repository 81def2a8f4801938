from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from config.web.requests.signed_links import BadLink, ExpiredLink, make_token, read_token
from tests.clock import after

JSON = st.recursive(st.integers() | st.text() | st.booleans(), lambda inner: st.lists(inner))


@pytest.mark.long
@examples(deadline=None)  # a busy machine is no fault
@given(JSON)
def test_token_gives_back_what_it_was_made_of(value):
    assert read_token("letters.open", make_token("letters.open", value)) == value


@examples(deadline=None)
@given(st.text())
def test_foreign_text_is_a_bad_link_and_nothing_worse(text):
    with pytest.raises(BadLink):
        read_token("letters.open", text)


@examples(deadline=None)
@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_one_flipped_bit_makes_a_token_bad(place, bit):
    token = bytearray(make_token("letters.open", [7, "x"]).encode())
    token[place % len(token)] ^= 1 << bit

    with pytest.raises(BadLink):
        read_token("letters.open", token.decode("latin-1"))


@pytest.mark.parametrize("purpose", ["letters.close", "letters.ope", "letters", ""])
def test_token_is_good_for_its_purpose_only(purpose):
    with pytest.raises(BadLink):
        read_token(purpose, make_token("letters.open", 7))


def test_token_expires_after_its_age():
    token = make_token("letters.open", 7)

    with after(days=1, seconds=2):
        with pytest.raises(ExpiredLink):
            read_token("letters.open", token, max_age=timedelta(days=1))
        assert read_token("letters.open", token) == 7


def test_token_of_another_key_is_bad(settings):
    token = make_token("letters.open", 7)

    settings.SECRET_KEY = "another"

    with pytest.raises(BadLink):
        read_token("letters.open", token)


def test_tokens_outlive_a_changed_key_that_is_still_known(settings):
    token = make_token("letters.open", 7)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert read_token("letters.open", token) == 7
