"""A production start without a mail server is refused: nobody would notice for days."""

import importlib

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from config.web import checks


def problems():
    found = run_checks(include_deployment_checks=True)
    return [message.id for message in found if message.id == "colophon.E002"]


@pytest.fixture
def without_mail(settings):
    settings.MAIL_URL = ""


@pytest.mark.usefixtures("without_mail")
def test_check_for_deployment_names_the_variable():
    assert problems() == ["colophon.E002"]


@pytest.mark.usefixtures("without_mail", "db")
def test_web_server_and_worker_do_not_start(monkeypatch):
    with pytest.raises(CommandError, match="MAIL_URL is not set"):
        importlib.import_module("config.wsgi").cached_application()
    with pytest.raises(CommandError, match="MAIL_URL is not set"):
        call_command("worker")
    with pytest.raises(CommandError, match="MAIL_URL is not set"):
        call_command("serve")


@pytest.mark.parametrize(
    "changed",
    [{"MAIL_URL": "files"}, {"MAIL_URL": "smtp://mail.example"}, {"DEBUG": True}, {"EMBEDDED_DATABASE": "/x"}],
)  # fmt: skip
@pytest.mark.usefixtures("without_mail")
def test_files_on_request_and_laptops_are_taken(settings, changed):
    for name, value in changed.items():
        setattr(settings, name, value)

    checks.refuse_missing_mail()
    assert problems() == []
