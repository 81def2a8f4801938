"""Editors are told by mail that an expert wrote remarks or signed off, if they want it."""

import pytest
from django.core import mail

from articles.models import Article, Notice, SignOff
from articles.tasks import send_due_notices
from config.web.mail.wanted_mail import MailKind, choose_mail
from tests import factories
from tests.articles.test_sign_off_page import SIGNED, link_to, path_of, remark
from tests.clock import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(editor):
    return factories.draft(
        title="Sleep & rest", body="<p>One.</p><p>Two.</p>", by=factories.author()
    )


@pytest.fixture
def address(article):
    return path_of(link_to(article, name="Ada <Leaf>"))


def sent(**later):
    mail.outbox.clear()
    with after(**later):
        send_due_notices.call()
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_remarks_that_follow_each_other_make_one_mail(client, address, article):
    for text in ("One.", "Two.", "Two."):
        remark(client, address, text)
    assert sent(minutes=10) == []

    assert sent(minutes=16) == [("edith@example.org", "Remarks on “Sleep & rest”")]
    assert "By Ada <Leaf>." in mail.outbox[0].body
    assert f"/admin/articles/article/{article.pk}/experts/" in mail.outbox[0].body
    assert "Ada &lt;Leaf&gt;" in mail.outbox[0].alternatives[0].content
    assert sent(hours=5) == []


def test_later_remark_makes_another_mail(client, address):
    remark(client, address, "One.")
    sent(minutes=16)
    with after(hours=1):
        remark(client, address, "Two.")

    assert len(sent(hours=2)) == 1


def test_remarks_that_are_resolved_or_taken_back_by_then_are_no_news(client, address):
    remark(client, address, "One.")
    pk = Notice.objects.get().article.expert_links.get().remarks.get().pk
    client.post(address, {"take_back": pk})

    assert sent(hours=1) == []


def test_sign_off_is_told_at_once(client, address):
    client.post(address, SIGNED)

    assert sent() == [("edith@example.org", "“Sleep & rest” is signed off")]
    assert "By Dr Ada." in mail.outbox[0].body
    assert "once an editor accepts" in mail.outbox[0].body


def test_sign_off_that_was_decided_by_then_is_no_news(client, address, editor):
    # Another editor was faster than the mail.
    article = Article.objects.get()
    Notice.objects.tell_of_expert(article, MailKind.SIGNED_OFF, name="Dr Ada")
    client.post(address, SIGNED)
    SignOff.objects.get().refuse(by=editor)
    Notice.objects.update(mail_due_at="2001-01-01T00:00Z")

    assert sent() == []


def test_only_who_publishes_and_wants_it_is_told(client, address, editor):
    factories.user("mo", group="Moderator")
    choose_mail(factories.user("arthur", group="Author"), MailKind.values)
    factories.user("eve", group="Editor")
    choose_mail(editor, [MailKind.SUBMITTED])

    client.post(address, SIGNED)

    assert [to for to, _subject in sent()] == ["eve@example.org"]


def test_step_of_the_article_does_not_swallow_the_news(client, address, article, editor):
    remark(client, address, "One.")
    article.submit(by=editor)

    assert ("edith@example.org", "Remarks on “Sleep & rest”") in sent(minutes=16)
