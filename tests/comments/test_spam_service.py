"""A spam service elsewhere: off by default, told little, believed little."""

import ssl
from urllib.parse import parse_qs

import pytest

from comments.models import Comment
from comments.spam import service
from comments.spam.tasks import ask_spam_service
from tests import factories
from tests.comments.sending import send

pytestmark = pytest.mark.django_db


class Connection:
    """In the place of HTTPSConnection."""

    answer: bytes | Exception = b"false"
    asked: list

    def __init__(self, host, port, *, timeout):
        self.asked.append({"host": host, "port": port, "timeout": timeout})

    def request(self, method, path, *, body, headers):
        self.asked[-1] |= {"method": method, "path": path, "fields": parse_qs(body)}

    def getresponse(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self

    def read(self, size):
        return self.answer[:size]

    def close(self):
        self.asked[-1]["closed"] = True


@pytest.fixture
def elsewhere(monkeypatch, settings):
    settings.COMMENTS_SPAM_SERVICE_URL = "https://spam.example/1.1"
    settings.COMMENTS_SPAM_SERVICE_KEY = "key"
    connection = type("Elsewhere", (Connection,), {"asked": []})
    monkeypatch.setattr(service, "HTTPSConnection", connection)
    return connection


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def test_service_is_off_by_default(
    client, article, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.delattr(service, "HTTPSConnection")

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        send(client, article)

    assert callbacks == []


def test_service_is_told_what_readers_would_see_and_a_network(
    client, article, elsewhere, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(client, article)

    (asked,) = elsewhere.asked
    assert (asked["method"], asked["host"], asked["port"]) == ("POST", "spam.example", 443)
    assert asked["path"] == "/1.1/comment-check"
    assert asked["closed"]
    assert asked["fields"] == {
        "api_key": ["key"],
        "blog": ["http://testserver"],
        "blog_lang": ["en"],
        "user_ip": ["127.0.0.0"],
        "permalink": [f"http://testserver{article.get_absolute_url()}"],
        "comment_type": ["comment"],
        "comment_author": ["Ann"],
        "comment_content": ["It helped me."],
    }
    assert Comment.objects.get().status == "pending"


def test_what_the_service_takes_for_spam_is_held(
    client, article, elsewhere, django_capture_on_commit_callbacks
):
    elsewhere.answer = b"true"

    with django_capture_on_commit_callbacks(execute=True):
        send(client, article)

    comment = Comment.objects.get()
    decision = comment.decisions.get()
    assert (comment.status, comment.held_for) == ("held", [{"code": "service", "detail": ""}])
    assert (decision.was, decision.became, decision.by) == ("pending", "held", None)


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam"])
def test_service_comes_too_late_for_a_decided_comment(article, elsewhere, verb):
    elsewhere.answer = b"true"
    comment = factories.comment(article)
    getattr(comment, verb)(by=None)
    status = comment.status

    ask_spam_service.call(comment.pk)

    comment.refresh_from_db()
    assert (comment.status, elsewhere.asked) == (status, [])


def test_decision_made_while_the_service_thinks_stands(article, elsewhere, monkeypatch):
    comment = factories.comment(article)

    def decided_meanwhile(path, fields):
        Comment.objects.get(pk=comment.pk).approve(by=None)
        return "true"

    monkeypatch.setattr(service, "_post", decided_meanwhile)

    ask_spam_service.call(comment.pk)

    comment.refresh_from_db()
    assert (comment.status, comment.held_for) == ("approved", [])


@pytest.mark.parametrize(
    "answer",
    [b"", b"invalid", b"<html>moved</html>" * 1000, b"\xff\xfe", TimeoutError(), ConnectionRefusedError(),
     ssl.SSLError("certificate"), OSError("no such host")],
)  # fmt: skip
def test_service_that_fails_is_logged_and_harmless(article, elsewhere, caplog, answer):
    elsewhere.answer = answer
    comment = factories.comment(article)

    ask_spam_service.call(comment.pk)

    comment.refresh_from_db()
    assert comment.status == "pending"
    assert "did not judge" in caplog.text


def test_unknown_comment_is_not_asked_about(elsewhere):
    ask_spam_service.call(123)

    assert elsewhere.asked == []


def test_comment_without_a_network_tells_none(article, elsewhere):
    comment = factories.comment(article, network="")

    assert service.fields_of(comment)["user_ip"] == "0.0.0.0"  # noqa: S104 - stands for nothing
