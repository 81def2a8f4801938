"""What the forms that need no link share: traps for bots, and the answer to too many posts."""

from collections.abc import Callable

from crispy_forms.layout import Field
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext_lazy

from config.web.requests import throttle

# The fields of BotTrapMixin in the layout of a form.
TRAPS = (Field("website_address", wrapper_class="visually-hidden"), "rendered")
_TOO_MANY = ngettext_lazy(
    "Too many requests came from your network. Send again in %(minutes)s minute.",
    "Too many requests came from your network. Send again in %(minutes)s minutes.",
    "minutes",
)


def too_many(
    page: Callable[..., HttpResponse], request: HttpRequest, form: Form, limit: throttle.Limit
) -> HttpResponse:
    """The page of a form with what was typed, and when to send it again: 429."""
    return throttle.too_many(page, request, form, limit, _TOO_MANY)
