"""A link of a moderator's mail decides one comment, once, under that moderator's name."""

import pytest
from django.test import Client

from comments.models import Comment, ModeratorMail, RejectionReason
from comments.moderating.mail_links import decision_links
from config.web.requests.signed_links import make_token
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db
SETTINGS = "/admin/comments/mail/"


@pytest.fixture
def comment():
    article = factories.published_article(title="Sleep well")
    return factories.comment(article, name="Ann", body="Waiting words <b>")


@pytest.fixture
def link(comment, moderator):
    """The path of a link in a mail sent now: `link("approve")`."""
    urls = {link.verb_name: link.url for link in decision_links(comment, moderator)}
    return lambda verb: urls[verb].removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("verb", "status", "said"),
    [
        ("approve", "approved", "Approved by you"),
        ("reject", "rejected", "Rejected by you"),
        ("spam", "spam", "Marked as spam by you"),
    ],
)
def test_button_decides_under_the_moderators_name_without_a_login(
    client, moderator, comment, link, verb, status, said
):
    response = client.post(link(verb))

    comment.refresh_from_db()
    assert said in response.text
    assert (comment.status, comment.decided_by) == (status, moderator)
    assert comment.decisions.get().by == moderator


@pytest.mark.parametrize("verb", ["approve", "reject", "spam"])
@pytest.mark.parametrize("method", ["get", "head", "options", "put"])
def test_program_that_opens_every_link_changes_nothing(client, comment, link, verb, method):
    getattr(client, method)(link(verb))

    assert Comment.objects.get().version == comment.version


def test_page_shows_the_comment_and_one_button(client, comment, link):
    page = client.get(link("approve")).text

    assert page.count("<button") == page.count('<button type="submit" class="button">')
    assert "Waiting words &lt;b&gt;" in page
    assert "Sleep well" in page
    assert "No earlier decisions" in page
    assert comment.email not in page


def test_page_tells_why_a_comment_is_held(client, moderator):
    comment = factories.comment(
        factories.published_article(), status="held", held_for=[{"code": "links", "detail": "3"}]
    )

    page = client.get(decision_links(comment, moderator)[0].url).text

    assert "Held: 3 links" in page


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_page_is_kept_by_nobody_and_tells_its_address_to_nobody(client, link, verb):
    for response in (client.get(link(verb)), client.post(link(verb)), client.get(link(verb))):
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies


def test_decision_needs_neither_cookie_nor_csrf_token(comment, link):
    Client(enforce_csrf_checks=True).post(link("approve"))

    assert Comment.objects.get().is_approved


def test_rejection_offers_the_reasons_and_keeps_the_chosen_one(client, comment, link):
    reason = RejectionReason.objects.first().text

    page = client.get(link("reject")).text
    client.post(link("reject"), {"reason": reason})

    comment.refresh_from_db()
    assert f'<option value="{reason}">' in page
    assert comment.reason == reason
    assert comment.decisions.get().reason == reason


@pytest.mark.parametrize("reason", ["<b>made up</b>", "\x00", "a" * 5000])
def test_reason_that_is_not_in_the_list_is_asked_again(client, link, reason):
    response = client.post(link("reject"), {"reason": reason})

    assert response.status_code == 422
    assert "field__error" in response.text
    assert Comment.objects.get().is_awaiting


def test_who_comes_second_is_told_who_decided_what(client, editor, comment, link):
    comment.reject(by=editor, reason="Off topic")

    seen = client.get(link("approve"))
    pressed = client.post(link("approve"))

    for response, status in ((seen, 200), (pressed, 409)):
        page = response.text
        assert response.status_code == status
        assert "Rejected by edith" in page
        assert "Off topic" in page
        assert '<form method="post" class="form">' not in page
    assert Comment.objects.get().status == "rejected"


def test_second_press_is_harmless(client, comment, link):
    client.post(link("approve"))
    response = client.post(link("approve"))

    assert "Approved by you" in response.text
    assert comment.decisions.count() == 1


def test_comment_that_its_writer_changed_since_is_not_decided_unseen(client, comment, link):
    comment.edit("Other words", by=None, held_for=[])

    page = client.get(link("approve")).text
    response = client.post(link("approve"))

    assert "This comment has changed" in page
    assert "Other words" in page
    assert response.status_code == 409
    assert Comment.objects.get().is_awaiting


def test_decision_that_was_taken_back_is_not_decided_by_the_old_mail(
    client, moderator, comment, link
):
    comment.approve(by=moderator)
    comment.undo(by=moderator)

    client.post(link("approve"))

    assert Comment.objects.get().is_awaiting


@pytest.mark.parametrize("verb", ["approve", "reject", "spam"])
def test_withdrawn_comment_stays_withdrawn(client, comment, link, verb):
    comment.withdraw()

    response = client.post(link(verb))

    assert "Withdrawn by the commenter" in response.text
    assert Comment.objects.get().status == "withdrawn"


def test_link_ends_after_seven_days(client, link):
    path = link("approve")

    with after(days=7, minutes=1):
        responses = [client.get(path), client.post(path)]

    assert [response.status_code for response in responses] == [410, 410]
    assert "work for 7 days" in responses[0].text
    assert Comment.objects.get().is_awaiting


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.groups.clear(),
        lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False),
        lambda user: user.delete(),
    ],
)
def test_link_of_somebody_who_moderates_no_more_does_nothing(client, moderator, link, change):
    path = link("approve")
    change(moderator)

    responses = [client.get(path), client.post(path)]

    assert [response.status_code for response in responses] == [403, 403]
    assert "Waiting words" not in responses[0].text
    assert Comment.objects.get().is_awaiting


def test_link_to_an_erased_comment_is_gone(client, comment, link):
    path = link("approve")
    comment.delete()

    assert client.post(path).status_code == 410


def test_comment_erased_while_its_button_is_pressed_is_gone(client, comment, link, monkeypatch):
    def erased(pk, version):
        Comment.objects.filter(pk=pk).delete()

    monkeypatch.setattr(Comment, "seen", erased)

    assert client.post(link("approve")).status_code == 410


def test_link_is_for_one_purpose_only(client, comment, moderator):
    value = [comment.pk, comment.version, "approve", moderator.pk]

    for token in (
        make_token("comment", value),
        make_token("comment", comment.pk),
        "forged",
        "a" * 900,
    ):
        assert client.post(f"/comments/moderate/{token}/").status_code == 404
    assert Comment.objects.get().is_awaiting


@pytest.mark.parametrize("place", [0, 10, -1])
def test_tampered_link_is_unknown(client, link, place):
    token = list(link("approve").rstrip("/").rpartition("/")[2])
    token[place] = "A" if token[place] != "A" else "B"

    response = client.post(f"/comments/moderate/{''.join(token)}/")

    assert response.status_code == 404
    assert Comment.objects.get().is_awaiting


# How often


def test_moderator_chooses_how_often(client_of, moderator):
    desk = client_of(moderator)

    page = desk.get(SETTINGS).text
    response = desk.post(SETTINGS, {"frequency": "hourly"}, follow=True)

    assert "mo@example.org" in page
    assert "Saved." in response.text
    assert ModeratorMail.objects.get().user == moderator
    assert ModeratorMail.objects.get().frequency == "hourly"


@pytest.mark.parametrize("sent", [{}, {"frequency": "often"}, {"frequency": "\x00"}])
def test_wrong_frequency_is_asked_again(client_of, moderator, sent):
    response = client_of(moderator).post(SETTINGS, sent)

    assert response.status_code == 200
    assert not ModeratorMail.objects.exists()


def test_choice_is_ones_own(client_of, moderator):
    other = factories.user("other", group="Moderator")

    client_of(moderator).post(
        SETTINGS, {"frequency": "daily", "user": other.pk, "told_until": "2000-01-01"}
    )

    assert ModeratorMail.objects.get().user == moderator


@pytest.mark.parametrize("role", ["anonymous", "author", "editor"])
def test_only_moderators_choose(request, client_of, role):
    client = Client() if role == "anonymous" else client_of(request.getfixturevalue(role))

    responses = [client.get(SETTINGS), client.post(SETTINGS, {"frequency": "daily"})]

    assert {response.status_code for response in responses} <= {302, 403}
    assert not ModeratorMail.objects.exists()


def test_moderator_without_an_address_is_told(client_of, moderator):
    type(moderator).objects.update(email="")

    assert "has no email address" in client_of(moderator).get(SETTINGS).text
