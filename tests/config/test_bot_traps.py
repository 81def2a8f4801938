from config.web.bot_traps import BotTrapMixin
from tests.clock import stopped


def sent(seconds_later: float, **changes) -> BotTrapMixin:
    """The form as it comes back `seconds_later` after it was shown."""
    with stopped() as clock:
        data = {"rendered": BotTrapMixin().initial["rendered"], "website_address": "", **changes}
        clock.shift(seconds=seconds_later)
        form = BotTrapMixin(data)
        form.is_valid()
        return form


def test_form_that_somebody_typed_into_passes():
    assert sent(4).is_valid()


def test_form_from_a_cached_page_passes_a_day_later():
    assert sent(86_400).is_valid()


def test_filled_honeypot_is_refused():
    assert sent(4, website_address="https://spam.example").non_field_errors()


def test_form_sent_at_once_is_refused_and_can_be_sent_again():
    form = sent(0)

    assert form.non_field_errors()
    assert sent(4, rendered=form["rendered"].value()).is_valid()


def test_forged_stamp_is_refused():
    assert sent(4, rendered="2020-01-01").non_field_errors()
