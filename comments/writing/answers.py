"""Answers that several forms give."""

from collections.abc import Callable
from math import ceil

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from config.web.requests.throttle import Limit


def too_many(
    page: Callable[..., HttpResponse], request: HttpRequest, form: Form, limit: Limit
) -> HttpResponse:
    """The page of a form with what was typed, and when to send it again."""
    wait = limit.retry_after()
    minutes = ceil(wait / 60)
    text = ngettext(
        "Too much came from your network. Please send again in %(minutes)s minute.",
        "Too much came from your network. Please send again in %(minutes)s minutes.",
        minutes,
    )
    form.add_error(None, text % {"minutes": minutes})
    response = page(request, form, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
