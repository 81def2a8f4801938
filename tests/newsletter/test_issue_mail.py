"""A mail of an issue arrives as it was rendered, with exactly these headers."""

import re
from email import message_from_bytes, policy

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter.models import Delivery, Subscriber
from newsletter.models.delivery import delivery_of
from newsletter.sending.body import Body, slot
from newsletter.sending.rendering import render_body
from newsletter.sending.segments import Segments
from tests import factories
from tests.newsletter.issues import work

transactional = pytest.mark.django_db(transaction=True)
URL = f"https://magazine.example/newsletter/unsubscribe/{'x.y-z:' * 30}/"
UNSUBSCRIBE = slot("unsubscribe_url")


@pytest.fixture
def received(sink, settings):
    """The one mail of an issue, as bytes and parsed, with its envelope."""
    settings.NEWSLETTER_BOUNCE_DOMAIN = "bounces.example"

    def send(**fields):
        server = sink()
        factories.subscriber(email="reader@bücher.example")
        factories.started_issue(**fields)
        work()
        [raw] = server.mails
        return raw, message_from_bytes(raw, policy=policy.default), server.envelopes[0]

    return send


@transactional
def test_headers_are_exact(received):
    raw, mail, (sender, recipient) = received(
        subject="Schlaf, Größe & Maß", reply_to="us@example.org"
    )
    row = Delivery.objects.get()

    assert mail["From"] == "Colophon <noreply@testserver>"
    assert mail["To"] == "reader@xn--bcher-kva.example"
    assert mail["Reply-To"] == "us@example.org"
    assert mail["Subject"] == "Schlaf, Größe & Maß"
    assert mail["Message-ID"] == f"<n.{row.token}@testserver>"
    assert mail["List-Id"] == "Colophon newsletter <newsletter.testserver>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Archive"] == "<http://testserver/newsletter/archive/>"
    assert mail["Feedback-ID"] == f"{row.issue_id}:newsletter:issue:testserver"
    assert mail["Precedence"] == "bulk"
    assert mail["Date"].datetime.tzinfo is not None
    assert sender == f"MAIL FROM:<b.{row.token}@bounces.example>"
    assert recipient == "RCPT TO:<reader@xn--bcher-kva.example>"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


@transactional
def test_publication_has_a_sender_and_an_address_for_answers(received, settings):
    settings.NEWSLETTER_SENDER_NAME, settings.NEWSLETTER_REPLY_TO = "Die Größe", "desk@example.org"

    _raw, mail, _envelope = received()

    assert mail["From"] == "Die Größe <noreply@testserver>"
    assert mail["Reply-To"] == "desk@example.org"


@transactional
def test_button_of_the_mail_program_and_the_link_unsubscribe(received):
    _raw, mail, _envelope = received()
    one_click = re.fullmatch(
        r"<http://testserver(/newsletter/one-click/\S+/)>", mail["List-Unsubscribe"]
    )[1]
    link = re.search(
        r"http://testserver(/newsletter/unsubscribe/\S+/)", mail.get_body(("plain",)).get_content()
    )[1]

    assert link in mail.get_body(("html",)).get_content()
    assert Client().get(link).status_code == 200
    assert Client().post(one_click).status_code == 200
    assert Subscriber.objects.get().status == "unsubscribed"


@transactional
def test_blocks_stand_in_html_and_text(received):
    article = factories.published_article(title="Coffee at four", standfirst="How long it stays.")
    issue = factories.issue(intro="Dear readers")
    issue.blocks.create(position=1, kind="article", article=article)
    issue.blocks.create(position=2, kind="heading", text="<b>More</b>")
    issue.blocks.create(position=3, kind="button", text="Read on", url="https://magazine.example/x")
    issue.blocks.create(position=4, kind="picture", image=factories.image(alt_text="A cup."))
    body = render_body(issue)

    for text in (body.html, body.text):
        assert "Coffee at four" in text
        assert f"http://testserver{article.get_absolute_url()}" in text
        assert "https://magazine.example/x" in text
        assert "A cup." in text
        assert UNSUBSCRIBE in text
    assert "&lt;b&gt;More" in body.html
    assert "<b>More</b>" in body.text


def parsed(body):
    values = {"To": "reader@example.org", "unsubscribe_url": URL, "preferences_url": URL}
    data = Segments({"To": None, "Subject": "An issue"}, body).fill(values)
    lines = data.split(b"\r\n")
    assert not any(line.startswith(b".") and not line.startswith(b"..") for line in lines)
    assert max(map(len, lines)) <= 77  # 76, and the second dot of one that begins with a dot
    whole = re.sub(rb"(?m)^\.\.", b".", data)
    return message_from_bytes(whole, policy=policy.default)


def contents(mail):
    assert mail.defects == []
    assert all(part.defects == [] for part in mail.walk())
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    return Body(html=html.replace("\r\n", "\n"), text=text.replace("\r\n", "\n"))


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(".= \n\t"), max_size=300
)


@hypothesis_settings(max_examples=50, deadline=None)
@given(before=TEXTS, between=TEXTS, after=TEXTS)
def test_any_text_around_slots_arrives_as_it_was(before, between, after):
    text = f"{before}{UNSUBSCRIBE}{between}{UNSUBSCRIBE}{after}"

    mail = parsed(Body(html=text, text=text))

    expected = text.replace(UNSUBSCRIBE, URL)
    assert contents(mail) == Body(html=expected, text=expected)


@pytest.mark.parametrize("start", [".", "..", "x" * 75, "x" * 76, "ü" * 40, "x \n", "\n", " "])
def test_slot_begins_wherever_a_line_is(start):
    text = f"{start}{UNSUBSCRIBE}"

    assert contents(parsed(Body(html=text, text="x"))).html == f"{start}{URL}"


@pytest.mark.django_db
def test_token_of_a_delivery_is_signed():
    factories.subscriber()
    factories.started_issue()
    row = Delivery.objects.get()

    assert delivery_of(row.token) == row
    assert delivery_of(row.token.upper()) == row
    assert delivery_of(f"{row.pk}.{'0' * 20}") is None
    assert delivery_of("x.y") is None
    assert delivery_of("") is None
