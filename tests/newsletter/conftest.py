"""What the newsletter's tests share: sending the signup box, and reading links out of mails."""

import re
from contextlib import ExitStack

import pytest
from django.test import Client

from newsletter.forms import SignupForm
from tests.clock import ago
from tests.newsletter.smtp_sink import Sink, running

LOCMEM = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}


@pytest.fixture
def box():
    """What the signup box sends when somebody fills it in: `box("reader@example.org")`."""

    def fill_in(email, **more):
        with ago(seconds=10):
            rendered = SignupForm(request=None)["rendered"].value()
        return {"email": email, "rendered": rendered, "page": "/articles/sleep/", **more}

    return fill_in


@pytest.fixture
def sign_up(box, db, django_capture_on_commit_callbacks):
    """Post the box and let the mail go out: `sign_up("reader@example.org")` gives the response."""

    def post(email, client=None, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return (client or Client()).post("/newsletter/", box(email, **more))

    return post


@pytest.fixture
def act(db, django_capture_on_commit_callbacks):
    """POST a link of a mail as its page's button does, and let the mail go out: `act(link)`."""

    def post(link, client=None, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            return (client or Client()).post(link, data or {})

    return post


@pytest.fixture
def link_in():
    """The path of the first link of that kind in a mail's text: `link_in(mail, "confirm")`."""

    def find(mail, kind):
        return re.search(rf"http://testserver(/newsletter/{kind}/\S+)", mail.body)[1]

    return find


@pytest.fixture
def confirm_link(sign_up, mailoutbox, link_in):
    """The link of a confirmation mail that was just sent."""
    sign_up("reader@example.org")
    return link_in(mailoutbox[-1], "confirm")


@pytest.fixture
def sink(settings):
    """A mail server that takes issues in, or answers otherwise: `sink(lambda part, line: "550 no")`."""
    with ExitStack() as stack:

        def start(*args, **options):
            server = stack.enter_context(running(Sink(*args, **options)))
            use = {"host": "127.0.0.1", "port": server.port, "timeout": 60}
            mailer = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": use}
            settings.MAILERS = {"default": LOCMEM, "bulk": mailer}
            return server

        yield start
