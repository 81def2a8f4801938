"""Whichever door somebody comes by with an old page, a withdrawn or erased comment stays empty, and nothing breaks."""

import pytest
from django.test import Client

from comments.models import AlreadyDecided, Comment, NotAllowed
from comments.moderating.mail_links import decision_links
from comments.writers import privacy
from tests import factories
from tests.comments.mailed import manage

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WORDS = {"body": "Words again.", "text": "A note.", "kind": "writer", "effect": "hold"}


@pytest.fixture
def comment():
    comment = factories.comment(factories.published_article(), body="My words.")
    factories.comment(comment.article, parent=comment)  # so that its place stays
    return comment


@pytest.fixture
def doors(comment, moderator, client_of):
    """Each is opened while the comment waits; `enter` sends what the page sends, for a version of the comment."""
    desk, mailed = client_of(moderator), decision_links(comment, moderator)
    own = manage(comment)
    page, queue = f"/admin/comments/comment/{comment.pk}/", "/admin/comments/queue/decide/"

    def enter(door, version):
        match door.split():
            case ["page", form]:
                return desk.post(f"{page}{form}/", WORDS | {"version": version})
            case ["queue", verb]:
                return desk.post(queue, {"verb": verb, "item": f"{comment.pk}-{version}"})
            case ["mail", verb]:
                (url,) = [link.url for link in mailed if link.verb_name == verb]
                return Client().post(url.removeprefix("http://127.0.0.1:8000"))
            case ["writer", form]:
                return Client().post(f"{own}{form}/", WORDS | {"version": version})

    return enter


DOORS = [
    *[f"page {form}" for form in ("edit", "note", "restrict")],
    *[f"queue {verb}" for verb in ("approve", "reject", "spam", "undo")],
    *[f"mail {verb}" for verb in ("approve", "reject", "spam")],
    *[f"writer {form}" for form in ("edit", "withdraw")],
]


@pytest.mark.parametrize("gone", ["withdrawn", "erased"])
@pytest.mark.parametrize("door", DOORS)
def test_comment_that_is_gone_stays_so(comment, doors, door, gone):
    if gone == "erased":
        privacy.erase(comment.email)
    else:
        Comment.objects.get(pk=comment.pk).withdraw()

    for version in (1, 2, 3):
        answer = doors(door, version)

        assert answer.status_code < 500
        kept = Comment.objects.get(pk=comment.pk)
        assert (kept.status, kept.body) == ("withdrawn", "")
        if door == "page edit":
            assert answer.status_code == 422
            assert "can no longer be changed" in answer.text


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.edit("Words again.", by=None, held_for=[]),
        lambda row: row.edit("Words again.", by=factories.user("mo"), held_for=[]),
        lambda row: row.approve(by=None),
        lambda row: row.hold(held_for=[]),
        lambda row: row.withdraw(),
    ],
)
def test_verb_that_read_the_row_before_it_was_withdrawn_is_refused(comment, act, version):
    """Also when a form sends the version that the withdrawal made."""
    Comment.objects.get(pk=comment.pk).withdraw()
    comment.version = version

    with pytest.raises((AlreadyDecided, NotAllowed)):
        act(comment)

    comment.refresh_from_db()
    assert (comment.status, comment.body) == ("withdrawn", "")


def test_edit_of_a_withdrawn_row_in_hand_is_refused(comment, moderator):
    comment.withdraw()

    with pytest.raises(NotAllowed):
        comment.edit("Words again.", by=moderator, held_for=[])
