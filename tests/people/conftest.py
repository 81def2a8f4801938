"""People at the desk, and the links in their mails."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories

LINK = re.compile(r"https?://[^/\s]+(/admin/[^\s\"<]+)")
GOOD_PASSWORD = "correct horse battery staple"


@pytest.fixture
def boss(db):
    return User.objects.create_superuser("boss", "boss@example.org", "pass")


@pytest.fixture
def link():
    """The path of the link in the newest mail."""

    def newest():
        return LINK.search(mail.outbox[-1].body)[1]

    return newest


@pytest.fixture
def guarded(db):
    """An editor with an authenticator app."""
    person = factories.user("gus", group="Editor")
    TOTPDevice.objects.create(user=person, name="app", key="01" * 20)
    return person


def code_of(person):
    """What the app of the person shows now."""
    return f"{totp(TOTPDevice.objects.get(user=person).bin_key):06d}"


def passwords(text=GOOD_PASSWORD):
    return dict.fromkeys(("password1", "password2", "new_password1", "new_password2"), text)
