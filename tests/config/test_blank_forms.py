"""A form that nobody has filled in is rendered once, and is still right on each page."""

import re

import pytest
from crispy_forms.utils import render_crispy_form
from django.core import signing
from django.utils import translation

from articles.models import Article
from comments.writing.forms import CommentForm
from config.web.cache.kept_values import blank_form
from newsletter.forms import SignupForm

STAMP = re.compile(r'name="rendered" value="([^"]+)"')


def comment_form(slug):
    return CommentForm(article=Article(slug=slug))


def signup_form(page):
    return SignupForm(request=None, initial={"page": page})


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (comment_form, {"slug": "sleep-well"}),
        (comment_form, {"slug": "stairs"}),
        (signup_form, {"page": '/topics/"><script>/'}),
    ],
)
def test_blank_form_is_what_crispy_makes(make, values):
    expected = render_crispy_form(make(**values))

    assert STAMP.sub("", blank_form(make, **values)) == STAMP.sub("", expected)


def test_each_has_a_stamp_of_its_own_time(clock):
    blank_form(comment_form, slug="a")
    clock.shift(seconds=1000)

    stamp = STAMP.search(blank_form(comment_form, slug="a"))[1]

    signing.loads(stamp, salt="colophon.bot_traps", max_age=1)


def test_each_language_has_a_form_of_its_own():
    with translation.override("de"):
        german = blank_form(comment_form, slug="a")

    assert german != blank_form(comment_form, slug="a")
