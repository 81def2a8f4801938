import pytest

from config.web.requests.bot_traps import BotTrapMixin
from tests.clock import after, stopped

pytestmark = pytest.mark.django_db


def sent(seconds_later: float, **changes) -> BotTrapMixin:
    """The form as it comes back `seconds_later` after it was shown."""
    with stopped():
        data = {"rendered": BotTrapMixin().initial["rendered"], "website_address": "", **changes}
        with after(seconds=seconds_later):
            form = BotTrapMixin(data)
            form.is_valid()
        return form


def test_form_that_somebody_typed_into_passes():
    assert sent(4).is_valid()


def test_form_from_a_cached_page_passes_a_day_later():
    assert sent(86_400).is_valid()


def test_filled_honeypot_is_refused():
    assert sent(4, website_address="https://spam.example").non_field_errors()


@pytest.mark.parametrize("seconds", [-30, 0, 1])
def test_form_sent_at_once_is_taken_and_told_as_fast(seconds):
    """Minus: of two machines one may be late."""
    form = sent(seconds)

    assert form.is_valid()
    assert form.was_fast


@pytest.mark.parametrize("seconds", [4, 86_400])
def test_form_that_took_its_time_is_not_fast(seconds):
    assert not sent(seconds).was_fast


def test_filled_honeypot_is_empty_when_the_form_comes_back():
    form = sent(4, website_address="12 Elm Street")

    assert form["website_address"].value() == ""
    assert form["rendered"].value() == form.data["rendered"]


@pytest.mark.parametrize("stamp", ["", "2020-01-01", "IkEi:1vP:x", "\0"])
def test_forged_or_missing_stamp_is_refused_and_can_be_sent_again(stamp):
    form = sent(4, rendered=stamp)

    assert "Send the form again" in str(form.non_field_errors())
    assert sent(4, rendered=form["rendered"].value()).is_valid()


def test_browsers_and_password_managers_are_told_to_leave_the_honeypot_alone():
    html = str(BotTrapMixin()["website_address"])

    for mark in (
        "one-time-code",
        "data-1p-ignore",
        "data-bwignore",
        "data-lpignore",
        "data-form-type",
    ):
        assert mark in html
