"""Sign up → confirm → unsubscribe, by the links of the mails, without JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from newsletter.models import Subscriber
from tests.browser.conftest import press


@pytest.fixture(autouse=True)
def kept_mail(settings):
    settings.MAILERS = {
        name: {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
        for name in ("default", "bulk")
    }
    mail.outbox = []


def link_in_mail(path: str) -> str:
    """The first link to `path` in the newest mail."""
    return re.search(rf"https?://\S*{path}\S+", mail.outbox[-1].body).group()


def test_signup_confirm_and_unsubscribe(reader):
    reader.goto("/newsletter/")
    reader.get_by_label("Your email address").first.fill("rosa@example.org")
    press(reader.get_by_role("button", name="Subscribe").first)
    reader.wait_for_url(re.compile("/newsletter/sent/$"))
    assert Subscriber.objects.get().status == "pending"

    reader.goto(link_in_mail("/newsletter/confirm/"))
    assert Subscriber.objects.get().status == "pending"
    press(reader.locator("main").get_by_role("button").first)
    expect(reader.locator("main")).to_contain_text(re.compile("subscribed|confirmed", re.I))
    assert Subscriber.objects.get().status == "confirmed"

    reader.goto(link_in_mail("/newsletter/unsubscribe/"))
    assert Subscriber.objects.get().status == "confirmed"
    press(reader.locator("main").get_by_role("button").first)
    expect(reader.locator("main")).to_contain_text(re.compile("unsubscribed", re.I))
    assert Subscriber.objects.get().status == "unsubscribed"
