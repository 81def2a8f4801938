"""The page behind a secret link: what an expert without an account sees and sends."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import ExpertLink, Remark, SignOff
from articles.signoff.links import link_url
from articles.signoff.views import PER_LINK
from config.web.requests.signed_links import make_token
from tests import factories
from tests.clock import after
from tests.markup import one_line

pytestmark = pytest.mark.django_db
BODY = (
    "<h2>Why</h2><p>Seven hours is an average.</p><ul><li>one</li><li>two</li></ul><p>The end.</p>"
)
SIGNED = {
    "name": "Dr Ada",
    "credentials": "MD",
    "interests": "None",
    "confirm": "on",
    "sign_off": "Sign off",
}


@pytest.fixture
def draft(db):
    return factories.draft(title="Sleep", body=BODY, by=factories.author())


def link_to(article, **fields):
    fields = {"name": "Ada", "expires_at": timezone.now() + timedelta(days=30)} | fields
    return ExpertLink.make(article, by=None, **fields)


def path_of(link):
    return urlsplit(link_url(link)).path


@pytest.fixture
def link(draft):
    return link_to(draft)


@pytest.fixture
def address(link):
    return path_of(link)


def remark(client, address, text="Where is this from?", **fields):
    return client.post(address, {"text": text, "remark": "Send", **fields})


# Who gets in


def test_link_shows_the_draft_and_keeps_it_to_itself(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert "Seven hours is an average." in response.text
    assert "no-store" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "Cache-Tag" not in response.headers
    assert b'rel="canonical"' not in response.content


def test_guessed_and_altered_links_look_alike(client, address, link):
    altered = address[:-3] + ("AA/" if not address.endswith("AA/") else "BB/")
    other_nonce = f"/sign-off/{signing.dumps([link.pk, link.nonce])}/"
    other_purpose = f"/sign-off/{make_token('comment', link.pk)}/"

    answers = [client.get(path) for path in ("/sign-off/x/", altered, other_nonce, other_purpose)]

    assert {answer.status_code for answer in answers} == {404}
    assert all(b"This link does not work" in answer.content for answer in answers)
    assert all(answer.headers["X-Robots-Tag"] == "noindex" for answer in answers)


def test_expired_link_is_gone(client, address):
    with after(days=31):
        response = client.get(address)

    assert response.status_code == 410
    assert b"Seven hours" not in response.content


def test_revoked_link_is_gone_for_reading_and_writing(client, address, link):
    assert link.revoke()

    assert client.get(address).status_code == 410
    assert remark(client, address).status_code == 410
    assert not Remark.objects.exists()


def test_link_of_a_deleted_article_is_gone(client, address, draft):
    draft.delete()

    assert client.get(address).status_code == 410


def test_link_opens_no_other_article_and_touches_no_other_remark(client, address):
    other = link_to(factories.draft(title="Secret", body="<p>Hidden.</p>"))
    foreign = other.remarks.create(text="Mine.")

    response = client.post(address, {"take_back": foreign.pk})

    assert response.status_code == 303
    assert Remark.objects.filter(pk=foreign.pk).exists()
    assert b"Hidden." not in client.get(address).content


def test_link_keeps_showing_its_version(client, address, draft):
    draft.body = "<p>Rewritten.</p>"
    draft.save()

    text = client.get(address).text

    assert "Seven hours" in text
    assert "Rewritten." not in text


def test_link_to_a_public_article_shows_its_working_copy(client):
    article = factories.published_article(body="<p>Old.</p>", by=factories.author())
    article.save_content(article.edited_content() | {"body": "<p>New.</p>"}, by=None)

    text = client.get(path_of(link_to(article))).text

    assert "New." in text
    assert "Old." not in text


def test_preview_link_is_for_reading_only(client, draft):
    address = path_of(link_to(draft, kind="preview"))

    assert b"<form" not in client.get(address).content.partition(b"<footer")[0]
    assert remark(client, address).status_code == 409
    assert client.post(address, SIGNED).status_code == 409
    assert not SignOff.objects.exists()


def test_after_publication_the_link_shows_its_version_and_takes_nothing(client, address, draft):
    draft.publish(by=None)

    page = client.get(address)

    assert page.status_code == 200
    assert "This article has been published." in page.text
    assert remark(client, address).status_code == 409
    assert client.post(address, SIGNED).status_code == 409
    assert not Remark.objects.exists()


def test_scheduled_article_that_became_public_takes_nothing(client):
    article = factories.scheduled_article(days_ahead=1, by=factories.author())
    address = path_of(link_to(article))

    assert remark(client, address).status_code == 303
    with after(days=2):
        assert remark(client, address, "Too late?").status_code == 409


def test_live_article_can_be_reviewed_until_changes_are_published(client):
    article = factories.published_article(by=factories.author())
    address = path_of(link_to(article))
    assert remark(client, address).status_code == 303

    article.save_content(article.edited_content() | {"title": "Other"}, by=None)
    assert remark(client, address, "Second.").status_code == 303
    article.publish_changes(by=None)

    assert remark(client, address, "Third.").status_code == 409


# Remarks


def test_remark_stands_at_its_paragraph(client, address):
    form = client.get(f"{address}?at=2").text
    sent = remark(client, address, paragraph="2", passage="an average")

    kept = Remark.objects.get()
    assert 'name="paragraph" value="2"' in form
    assert sent.headers["Location"] == f"{address}#id_remark-{kept.pk}"
    assert (kept.paragraph, kept.passage) == (2, "an average")
    assert kept.beginning == "Seven hours is an average."
    side = client.get(address).text.partition('id="id_passage-2"')[2]
    assert "Where is this from?" in side.partition('id="id_passage-3"')[0]


@pytest.mark.parametrize("number", ["", "99", "0", "-1", "x", "9" * 30])
def test_remark_without_a_paragraph_is_about_the_whole(number, client, address):
    response = remark(client, address, paragraph=number, passage="anything")

    assert response.status_code in {303, 422}
    assert not Remark.objects.exclude(paragraph=None).exists()


def test_passage_must_stand_in_the_paragraph_and_the_text_is_kept(client, address):
    response = remark(client, address, "My words.", paragraph="2", passage="nine hours")

    assert response.status_code == 422
    assert "My words." in response.text
    assert "These words are not in the paragraph" in response.text


def test_hostile_text_stays_text(client, client_of, editor, address, draft):
    remark(client, address, "<script>alert(1)</script>\u202e<img src=x onerror=alert(1)>")

    for page in (
        client.get(address),
        client_of(editor).get(f"/articles/{draft.slug}/preview/"),
        client_of(editor).get(f"/admin/articles/article/{draft.pk}/experts/"),
    ):
        text = page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img" in text
        assert "<script>alert(1)" not in text


def test_same_remark_twice_is_kept_once_and_can_be_taken_back(client, address):
    for _twice in range(2):
        remark(client, address, paragraph="2")
    kept = Remark.objects.get()

    client.post(address, {"take_back": kept.pk})

    assert not Remark.objects.exists()


def test_resolved_remark_is_not_taken_back(client, address, link):
    kept = link.remarks.create(text="Done.")
    kept.resolve(by=None)

    client.post(address, {"take_back": kept.pk})

    assert Remark.objects.get() == kept


def test_form_of_another_site_is_refused(client, address):
    response = client.post(
        address, {"text": "Words.", "remark": "Send"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert response.status_code == 403
    assert not Remark.objects.exists()


def test_flood_is_refused_with_the_text_kept(client, address, link):
    PER_LINK.allows(str(link.pk), step=60)

    response = remark(client, address, "One more.")

    assert response.status_code == 429
    assert "One more." in response.text


# Signing off


def test_sign_off_is_kept_once_and_ends_the_remarks(client, address, link):
    first = client.post(address, SIGNED)
    second = client.post(address, SIGNED | {"name": "Somebody else"})

    assert first.status_code == 303
    assert second.status_code == 409
    assert SignOff.objects.get().name == "Dr Ada"
    assert "Signed off by Dr Ada, MD" in one_line(client.get(address).text)
    assert remark(client, address).status_code == 409


@pytest.mark.parametrize("missing", ["name", "credentials", "interests", "confirm"])
def test_sign_off_needs_each_field_and_keeps_the_rest(missing, client, address):
    typed = SIGNED | {"name": "Dr Bea", "credentials": "PhD", "interests": "Shares of a bed maker"}

    response = client.post(address, typed | {missing: ""})

    assert response.status_code == 422
    assert not SignOff.objects.exists()
    kept = {"name": "Dr Bea", "credentials": "PhD", "interests": "Shares of a bed maker"}
    assert all(kept[name] in response.text for name in kept if name != missing)


def test_nobody_is_named_before_an_editor_accepts(client, address, draft):
    client.post(address, SIGNED)

    assert not draft.reviewers
    assert draft.reviewed_at is None


def test_number_of_queries_does_not_grow(client, address, link):
    counts = []
    for _page in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
        link.remarks.create(text="About the whole.")
        link.remarks.create(text="About the list.", paragraph=3, beginning="onetwo")

    assert counts[0] == counts[1] <= 16


@pytest.mark.parametrize("number", ["9" * 5_000, "²", "-1", "x"])
def test_remark_at_a_paragraph_that_there_is_not_is_about_the_whole_article(
    client, address, number
):
    assert client.get(address, {"at": number}).status_code == 200
    assert remark(client, address, paragraph=number).status_code in {303, 422}
