"""What the newsletter's mails say and how they are marked."""

import pytest
from django.utils import timezone

from config.web.mail.list_headers import make_list_id
from newsletter import links, tasks
from newsletter.models import Subscriber
from tests import factories


@pytest.fixture
def confirmation(sign_up, mailoutbox):
    sign_up("Buy.pills+now@spam.example", page="/articles/sleep/")
    return mailoutbox[0]


@pytest.fixture
def welcome(sign_up, act, confirm_link, mailoutbox):
    act(confirm_link)
    return mailoutbox[-1]


def html_of(mail):
    return mail.alternatives[0].content


def test_confirmation_goes_to_the_one_address(confirmation):
    assert confirmation.recipients() == ["Buy.pills+now@spam.example"]


def test_confirmation_carries_no_word_of_whoever_asked(confirmation):
    for text in (confirmation.subject, confirmation.body, html_of(confirmation)):
        assert "pills" not in text
        assert "sleep" not in text


def test_confirmation_says_what_for_since_when_and_how(confirmation, link_in):
    date = f"{timezone.localtime():%-d %B %Y}"

    for text in (confirmation.body, html_of(confirmation)):
        assert "Colophon" in text
        assert date in text
        assert link_in(confirmation, "confirm") in text
        assert "7 days" in text


def test_confirmation_is_marked_as_automatic_and_ends_by_one_click(confirmation):
    message = confirmation.message()

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] is None
    assert "/newsletter/one-click/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_welcome_has_the_headers_of_list_mail(welcome):
    subscriber = Subscriber.objects.get()

    message = welcome.message()

    # Signed with the second in which it was made.
    link = links.one_click_url(subscriber).rpartition(":")[0].rpartition(":")[0]
    assert message["List-Unsubscribe"].startswith(f"<{link}:")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"].endswith("<newsletter.testserver>")
    assert message["Auto-Submitted"] == "auto-generated"


def test_welcome_lets_the_reader_leave(welcome, link_in, act):
    link = link_in(welcome, "unsubscribe")

    act(link)

    assert link in html_of(welcome)
    assert Subscriber.objects.get().status == "unsubscribed"


def test_subscribed_address_that_asks_again_is_told_so(sign_up, mailoutbox):
    subscriber = factories.subscriber("confirmed", email="reader@example.org")

    sign_up("reader@example.org")

    subscriber.refresh_from_db()
    assert subscriber.is_confirmed
    assert subscriber.consent_wording == "We send you our newsletter."
    assert "You are subscribed" in mailoutbox[0].subject
    assert "/newsletter/unsubscribe/" in mailoutbox[0].body


def test_who_complained_gets_no_mail_at_all(sign_up, mailoutbox):
    factories.subscriber("complained", email="reader@example.org")

    assert sign_up("reader@example.org").status_code == 303

    assert not mailoutbox
    assert Subscriber.objects.get().status == "complained"


def test_site_name_reads_well_in_text_and_is_escaped_in_html(settings, sign_up, mailoutbox):
    settings.SITE_NAME = "Q&A <weekly>, 'news'"

    sign_up("reader@example.org")

    assert mailoutbox[0].subject == "Confirm your subscription to Q&A <weekly>, 'news'"
    assert "Q&A <weekly>, 'news'" in mailoutbox[0].body
    assert "Q&amp;A &lt;weekly&gt;" in html_of(mailoutbox[0])


@pytest.mark.parametrize(
    ("site_url", "list_id"),
    [
        ("https://magazine.example", "Colophon newsletter <newsletter.magazine.example>"),
        ("http://127.0.0.1:8000", "Colophon newsletter <newsletter.localhost>"),
        ("http://[::1]:8000", "Colophon newsletter <newsletter.localhost>"),
    ],
)
def test_list_id_is_a_domain_name(settings, site_url, list_id):
    settings.SITE_URL = site_url

    assert make_list_id("newsletter", "Colophon newsletter") == list_id


@pytest.mark.django_db
def test_html_of_the_mails_loads_nothing(mailoutbox):
    for status in ("pending", "confirmed"):
        tasks.send_owed_mail(factories.subscriber(status))

    for mail in mailoutbox:
        html = html_of(mail)
        assert not any(tag in html for tag in ("<img", "<link", "<script", "<table", "<style"))
