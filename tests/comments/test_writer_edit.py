"""Writers can change their words until a while after the approval; a moderator reads them again."""

import pytest

from comments.models import Comment
from tests import factories
from tests.clock import after
from tests.comments.mailed import manage
from tests.markup import one_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return factories.comment(factories.published_article(title="Sleep well"), body="It helped me.")


def send(client, comment, body, *, version=None):
    version = version or Comment.objects.get(pk=comment.pk).version
    return client.post(manage(comment, "edit/"), {"body": body, "version": version})


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def test_writer_changes_the_words_and_the_former_ones_are_kept(client, comment):
    response = send(client, comment, "It <b>never</b> helped me.")

    assert response.status_code == 303
    assert "awaits moderation" in one_line(client.get(response.url).text)
    assert fresh(comment).body == "It never helped me."
    assert fresh(comment).status == "pending"
    assert comment.edits.get().was == "It helped me."


def test_changed_comment_that_was_public_goes_back_to_the_queue_and_the_page_says_so(
    client, comment
):
    comment.approve(by=None)
    page = one_line(client.get(manage(comment, "edit/")).text)

    send(client, comment, "Other words.")

    assert "disappears until a moderator has read it again" in page
    assert fresh(comment).status == "pending"
    assert fresh(comment).decided_at is None


def test_suspicious_change_is_held(client, comment):
    send(client, comment, "Buy https://a.example/ https://b.example/ https://c.example/")

    assert fresh(comment).status == "held"
    assert fresh(comment).held_for


def test_opening_the_page_changes_nothing(client, comment):
    for method in (client.get, client.head):
        assert method(manage(comment, "edit/")).status_code == 200

    assert fresh(comment).version == comment.version


def test_unchanged_text_does_not_go_back_to_the_queue(client, comment):
    comment.approve(by=None)

    response = send(client, comment, comment.body)

    assert response.status_code == 303
    assert fresh(comment).is_approved
    assert not comment.edits.exists()


def test_time_to_edit_does_not_run_while_the_comment_waits(client, comment):
    with after(days=3):
        page = one_line(client.get(manage(comment)).text)
        response = send(client, comment, "A second thought.")

    assert "until 15 minutes after it is published" in page
    assert response.status_code == 303
    assert fresh(comment).body == "A second thought."


@pytest.mark.day("2026-11-21T12:00")
def test_slow_queue_leaves_a_quarter_of_an_hour_and_the_page_says_until_when(
    client, comment, clock
):
    clock.shift(hours=2)
    comment.approve(by=None)
    clock.shift(minutes=14)
    pages = [one_line(client.get(manage(comment, page)).text) for page in ("", "edit/")]

    in_time = send(client, comment, "A second thought.")

    assert all("until 14:15" in page for page in pages)
    assert in_time.status_code == 303


def test_edit_starts_the_time_again_once_it_is_approved(client, comment, clock):
    comment.approve(by=None)
    send(client, comment, "A second thought.")
    clock.shift(hours=1)
    fresh(comment).approve(by=None)
    clock.shift(minutes=14)

    assert fresh(comment).is_editable()
    clock.shift(minutes=2)
    assert not fresh(comment).is_editable()


def test_after_a_quarter_of_an_hour_the_text_is_kept_for_copying_and_not_saved(client, comment):
    comment.approve(by=None)
    with after(minutes=16):
        opened = client.get(manage(comment, "edit/"))
        sent = send(client, comment, "A late thought.")

    assert opened.status_code == 200
    assert "can no longer be edited" in one_line(opened.text)
    assert sent.status_code == 403
    assert "A late thought." in one_line(sent.text)
    assert fresh(comment).body == "It helped me."


@pytest.mark.parametrize("verb", ["reject", "mark_as_spam", "remove"])
def test_what_a_moderator_decided_against_cannot_be_changed(client, comment, verb):
    getattr(comment, verb)(by=None)

    response = send(client, comment, "Other words.")

    assert response.status_code == 403
    assert fresh(comment).body == "It helped me."


def test_withdrawn_comment_cannot_be_changed(client, comment):
    comment.withdraw()

    assert send(client, comment, "Other words.").status_code == 403


def test_decision_made_meanwhile_is_told_and_the_typed_text_kept(client, comment):
    version = comment.version
    comment.approve(by=None)

    response = send(client, comment, "Other words.", version=version)
    page = one_line(response.text)
    again = send(client, comment, "Other words.", version=comment.version)

    assert response.status_code == 409
    assert "not saved yet" in page
    assert "Other words." in page
    assert f'value="{comment.version}"' in page
    assert again.status_code == 303
    assert fresh(comment).body == "Other words."


@pytest.mark.parametrize(
    ("body", "message"),
    [("", "Enter your comment."), ("<p></p>", "Enter your comment."), ("x" * 5001, "too long")],
)
def test_same_rules_for_the_text_as_when_it_was_written(client, comment, body, message):
    response = send(client, comment, body)

    assert response.status_code == 422
    assert message in one_line(response.text)
    assert fresh(comment).body == "It helped me."


def test_answer_to_an_edit_does_not_tell_what_was_said_under_the_address(client, comment):
    factories.approved_comment(comment.article, email=comment.email, body="Said before.")

    assert send(client, comment, "Said  BEFORE.").status_code == 303


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "9" * 30])
def test_nonsense_for_a_version_changes_nothing(client, comment, version):
    response = client.post(manage(comment, "edit/"), {"body": "Other words.", "version": version})

    assert response.status_code in {409, 422}
    assert fresh(comment).body == "It helped me."


def test_other_fields_are_not_looked_at(client, comment):
    other = factories.published_article()
    data = {"body": "Other words.", "version": 1, "status": "approved", "article": other.pk}

    client.post(manage(comment, "edit/"), {**data, "name": "Eve", "email": "eve@example.org"})

    changed = fresh(comment)
    assert (changed.status, changed.article_id) == ("pending", comment.article_id)
    assert (changed.name, changed.email) == (comment.name, comment.email)
