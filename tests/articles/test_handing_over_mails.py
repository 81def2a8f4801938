"""Each change of hands tells those whom it concerns, by mail, if they want it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from articles.models import Article, Notice
from articles.tasks import forget_notices, send_due_notices
from config.people.models import Profile
from config.web.mail.wanted_mail import MailKind, choose_mail
from tests import factories
from tests.clock import after


@pytest.fixture
def writer(author):
    return factories.author(name="Ada Leaf", user=author)


@pytest.fixture
def article(writer):
    return factories.draft(by=writer, title="Salt", slug="salt")


@pytest.fixture
def sent():
    """What is sent now: (addresses, first line of the text)."""

    def send():
        mail.outbox.clear()
        send_due_notices.call()
        return [(message.to[0], message.subject) for message in mail.outbox]

    return send


def in_review(article):
    article.submit(by=None)
    return article


def test_editors_are_told_of_an_article_sent_to_review(article, author, editor, sent):
    factories.user("mo", group="Moderator")

    article.submit(by=author)

    assert sent() == [("edith@example.org", "“Salt” is in review")]
    assert f"/admin/articles/article/{article.pk}/change/" in mail.outbox[0].body
    assert "By arthur." in mail.outbox[0].body
    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"


def test_editor_whom_the_article_names_is_told_alone(article, author, editor, sent):
    factories.user("otto", group="Editor")
    article.contributions.create(author=factories.author(user=editor), part="editor", position=1)

    article.submit(by=author)

    assert [address for address, _subject in sent()] == ["edith@example.org"]


def test_named_editor_who_wants_no_mail_leaves_it_to_the_others(article, author, editor, sent):
    factories.user("otto", group="Editor")
    article.contributions.create(author=factories.author(user=editor), part="editor", position=1)
    choose_mail(editor, [])

    article.submit(by=author)

    assert [address for address, _subject in sent()] == ["otto@example.org"]


def test_writers_are_told_why_their_article_was_returned(article, editor, sent):
    second = factories.user("ben", group="Author")
    article.contributions.create(author=factories.author(user=second), position=1)

    in_review(article).send_back(by=editor, reason="Doses & <sources> are missing.")

    assert sorted(address for address, _subject in sent()) == [
        "arthur@example.org", "ben@example.org",
    ]  # fmt: skip
    assert "Doses & <sources> are missing." in mail.outbox[0].body
    html = mail.outbox[0].alternatives[0].content
    assert "Doses &amp; &lt;sources&gt; are missing." in html


@pytest.mark.parametrize(
    ("verb", "subject"),
    [("approve", "“Salt” is approved"), ("publish", "“Salt” is published")],
)
def test_writers_are_told_that_their_article_goes_on(article, editor, sent, verb, subject):
    getattr(in_review(article), verb)(by=editor)

    assert sent() == [("arthur@example.org", subject)]


def test_writers_are_told_of_the_time_and_when_it_has_come(article, editor, sent, clock):
    article.schedule(at=timezone.now() + timedelta(hours=2), by=editor)

    assert sent() == [("arthur@example.org", "“Salt” is scheduled")]
    clock.shift(hours=1)
    assert sent() == []
    clock.shift(hours=1, seconds=1)
    assert sent() == [("arthur@example.org", "“Salt” is published")]
    assert "/articles/salt/" in mail.outbox[0].body


def test_nobody_is_told_of_a_schedule_that_was_taken_back(article, editor, sent, clock):
    article.schedule(at=timezone.now() + timedelta(hours=2), by=editor)
    article.withdraw(by=editor)

    clock.shift(hours=3)

    assert sent() == []


def test_who_acts_gets_no_mail(article, author, editor, sent):
    in_review(article).send_back(by=author)
    assert sent() == []

    article.submit(by=editor)
    assert sent() == []


def test_steps_of_no_person_are_told_to_nobody(article, editor, sent):
    article.publish(by=None)

    assert sent() == []


def test_who_created_it_is_told_where_no_writer_has_a_login(author, editor, sent):
    bare = factories.draft(created_by=author, title="Salt")

    in_review(bare).send_back(by=editor)

    assert sent() == [("arthur@example.org", "“Salt” was returned to you")]


def test_own_choice_beats_the_default(article, author, editor, sent):
    choose_mail(author, [MailKind.APPROVED])

    in_review(article).send_back(by=editor)
    returned = sent()
    article.approve(by=editor)

    assert returned == []
    assert sent() == [("arthur@example.org", "“Salt” is approved")]


@pytest.mark.parametrize(
    "lost", [{"is_active": False}, {"email": ""}], ids=["no account", "no address"]
)
def test_who_left_meanwhile_gets_no_mail(article, author, editor, sent, lost):
    in_review(article).approve(by=editor)
    type(author).objects.filter(pk=author.pk).update(**lost)

    assert sent() == []
    assert not Notice.objects.exists()


def test_who_writes_it_no_longer_gets_no_mail(article, editor, sent):
    in_review(article).approve(by=editor)
    article.contributions.all().delete()

    assert sent() == []


def test_a_later_step_replaces_mail_that_was_not_sent(article, author, editor, sent):
    article.submit(by=author)
    article.approve(by=editor)
    article.publish(by=editor)

    assert sent() == [("arthur@example.org", "“Salt” is published")]


def test_mail_is_owed_in_the_transaction_of_the_step(article, editor, sent):
    in_review(article)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        article.approve(by=editor)
        1 / 0  # noqa: B018

    assert sent() == []
    assert Article.objects.get().status == "in_review"


def test_mail_goes_out_at_once_when_the_step_is_committed(
    article, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        in_review(article).approve(by=editor)

    assert [message.subject for message in mail.outbox] == ["“Salt” is approved"]


def test_each_mail_is_sent_once(article, editor, sent):
    in_review(article).approve(by=editor)

    assert len(sent()) == 1
    assert sent() == []


def test_mail_that_failed_is_tried_again(article, editor, sent, monkeypatch):
    in_review(article).approve(by=editor)
    with monkeypatch.context() as patch:
        patch.setattr("config.web.mail.messages.Mail.send", _fail)
        assert sent() == []

    with after(minutes=2):
        assert len(sent()) == 1


def _fail(*args, **kwargs):
    raise OSError("away")


def test_mail_speaks_the_language_that_the_person_chose(article, author, editor, sent):
    Profile.objects.create(user=author, language="de")

    in_review(article).approve(by=editor)

    assert sent() == [("arthur@example.org", "„Salt“ ist freigegeben")]


def test_reason_stands_on_top_of_the_form_until_it_is_sent_again(
    client_of, article, author, editor
):
    form = f"/admin/articles/article/{article.pk}/change/"
    in_review(article).send_back(by=editor, reason="Add <b>sources</b>.")

    returned = client_of(author).get(form).text
    article.submit(by=author)

    assert "Add &lt;b&gt;sources&lt;/b&gt;." in returned
    assert returned.index("Add &lt;b&gt;") < returned.index('name="title"')
    assert "sources" not in client_of(author).get(form).text


def test_old_notices_are_forgotten(article, editor, sent):
    in_review(article).approve(by=editor)
    sent()

    with after(days=29):
        forget_notices.call()
        assert Notice.objects.exists()
    with after(days=31):
        forget_notices.call()
        assert not Notice.objects.exists()
