"""The page of one comment tells all that is known of it and lets moderators act."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Report, Restriction
from config.web.audit import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script><b>"


@pytest.fixture
def comment():
    return factories.comment(
        factories.published_article(title="Sleep well"), name="Ann", email="ann@example.org",
        body="Waiting words", network="192.0.2.0/24",
    )  # fmt: skip


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


@pytest.fixture
def rita(client_of):
    """May read comments, and no more."""
    person = factories.user("rita", group="Author")
    person.user_permissions.add(Permission.objects.get(codename="view_comment"))
    return client_of(person)


def page_of(comment):
    return f"/admin/comments/comment/{comment.pk}/change/"


def act(client, comment, what, **data):
    return client.post(f"/admin/comments/comment/{comment.pk}/{what}/", data, follow=True)


def test_page_tells_all_that_is_known(desk, editor, comment):
    factories.approved_comment(comment.article, email="ann@example.org", body="Earlier")
    reply = factories.comment(comment.article, parent=comment, name="Bo", body="The answer")
    Comment.objects.filter(pk=comment.pk).update(
        held_for=[{"code": "links", "detail": "3"}], status="held"
    )
    seen = Comment.objects.get(pk=comment.pk)
    seen.edit("Changed words", by=editor, held_for=[])
    seen.reject(by=editor, reason="Off topic")
    Report.objects.create(comment=comment, reason="harmful", text="Do not do this")
    comment.notes.create(text="Known from elsewhere", by=editor)

    page = desk.get(page_of(comment)).text

    for told in (
        "Ann", "ann@example.org", "Changed words", "Waiting words", "Sleep well", "1 approved", "Held: 3 links",
        "Off topic", "Rejected by edith", "Do not do this", "Known from elsewhere", "The answer", "192.0.2.0/24",
        "/admin/comments/queue/?tab=all&amp;q=ann%40example.org", page_of(reply),
    ):  # fmt: skip
        assert told in page


def test_page_shows_what_a_comment_answers(desk, comment):
    reply = factories.comment(comment.article, parent=comment)
    deeper = factories.comment(comment.article, parent=reply)

    page = desk.get(page_of(deeper)).text

    assert page.index("Waiting words") < page.index(reply.body) < page.index(deeper.body)


@pytest.mark.parametrize("size", [1, 30])
def test_size_of_its_surroundings_costs_no_queries(
    desk, editor, comment, django_assert_max_num_queries, size
):
    for number in range(size):
        factories.comment(comment.article, parent=comment)
        Report.objects.create(comment=comment, reason="spam", network=f"192.0.{number}.0/24")
        comment.notes.create(text="x", by=editor)
        comment.edit(f"words {number}", by=editor, held_for=[])

    with django_assert_max_num_queries(22):
        desk.get(page_of(comment))


def test_hostile_text_is_escaped_everywhere(desk, editor, comment):
    Comment.objects.filter(pk=comment.pk).update(name=HOSTILE, body=HOSTILE, reason=HOSTILE)
    factories.comment(comment.article, parent=comment, body=HOSTILE, name=HOSTILE)
    Report.objects.create(comment=comment, reason="other", text=HOSTILE)
    comment.notes.create(text=HOSTILE, by=editor)
    comment.edits.create(was=HOSTILE, by=None)
    comment.decisions.create(was="pending", became="rejected", reason=HOSTILE)
    Restriction.objects.create(kind="writer", value=comment.email, effect="hold", note=HOSTILE)

    response = desk.get(page_of(comment))

    page = response.text
    assert "alert(1)</script>" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 9
    assert "style=" not in page
    assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_buttons_carry_the_version_that_was_seen(desk, comment):
    page = desk.get(page_of(comment)).text

    assert f'name="item" value="{comment.pk}-{comment.version}"' in page
    assert 'action="/admin/comments/queue/decide/"' in page


def test_note_is_kept_under_ones_name(desk, moderator, comment):
    response = act(desk, comment, "note", text="Ask Dr Bell")

    assert comment.notes.get().by == moderator
    assert "Ask Dr Bell" in response.text


@pytest.mark.parametrize("text", ["", "x" * 1001, "\x00"])
def test_note_without_sense_is_asked_again(desk, comment, text):
    assert act(desk, comment, "note", text=text).status_code == 422
    assert not comment.notes.exists()


def test_moderator_changes_the_words_and_the_original_stays(desk, moderator, comment):
    comment.approve(by=None)

    response = act(desk, comment, "edit", body="Without the name", version=comment.version)

    changed = Comment.objects.get()
    assert (changed.body, changed.status) == ("Without the name", "approved")
    assert (comment.edits.get().was, comment.edits.get().by) == ("Waiting words", moderator)
    assert "Waiting words" in response.text


def test_words_that_changed_meanwhile_are_kept_and_the_typed_ones_shown(desk, comment):
    version = comment.version
    comment.edit("The writer's own change", by=None, held_for=[])

    response = act(desk, comment, "edit", body="Typed for long", version=version)

    assert response.status_code == 422
    assert "Typed for long" in response.text
    assert Comment.objects.get().body == "The writer's own change"


def test_words_that_the_writer_used_already_can_be_given_again(desk, comment):
    factories.comment(comment.article, email=comment.email, body="Twin")

    act(desk, comment, "edit", body="Twin", version=comment.version)

    assert Comment.objects.filter(body="Twin").count() == 2


def test_withdrawn_comment_gets_no_words_back(desk, comment):
    comment.withdraw()

    page = desk.get(page_of(comment)).text
    response = act(desk, comment, "edit", body="Back", version=comment.version)

    assert "/edit/" not in page
    assert response.status_code == 422
    assert Comment.objects.get().body == ""


def test_edited_words_are_plain_text(desk, comment):
    act(desk, comment, "edit", body="a < b <script>x</script><b>bold</b>", version=comment.version)

    assert Comment.objects.get().body == "a < b bold"


def test_writer_is_held_from_the_page(desk, moderator, comment):
    response = act(desk, comment, "restrict", kind="writer", effect="hold", note="Rude")

    restriction = Restriction.objects.get()
    assert (restriction.value, restriction.effect, restriction.by) == (
        "ann@example.org", "hold", moderator,
    )  # fmt: skip
    assert restriction.ends_at is None
    assert "Rude" in response.text
    entry = AuditEntry.objects.get(action="settings_changed")
    assert (entry.by, entry.detail) == (moderator, f"Restriction {restriction.pk}: Always hold")


@pytest.mark.parametrize("days", ["", "30", "7"])
def test_restriction_of_a_network_ends_within_30_days(desk, comment, days):
    act(desk, comment, "restrict", kind="network", effect="reject", days=days)

    restriction = Restriction.objects.get()
    assert restriction.value == "192.0.2.0/24"
    assert restriction.ends_at <= timezone.now() + timedelta(days=30)


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "network", "effect": "hold", "days": "31"},
        {"kind": "planet", "effect": "hold"},
        {"kind": "writer", "effect": "kill"},
        {"kind": "writer", "effect": "hold", "days": "0"},
        {},
    ],
)
def test_restriction_without_sense_is_asked_again(desk, comment, sent):
    assert act(desk, comment, "restrict", **sent).status_code == 422
    assert not Restriction.objects.exists()


def test_forgotten_network_cannot_be_restricted(desk, comment):
    Comment.objects.update(network="")

    assert act(desk, comment, "restrict", kind="network", effect="hold").status_code == 422


@pytest.mark.parametrize("what", ["note", "edit", "restrict"])
def test_who_only_reads_can_do_nothing(rita, comment, what):
    page = rita.get(page_of(comment)).text
    response = act(rita, comment, what, text="x", body="x", version=1, kind="writer", effect="hold")

    assert "Waiting words" in page
    assert "<form method" not in page.replace('<form id="logout-form" method="post"', "")
    assert response.status_code == 403
    assert not comment.notes.exists() and not comment.edits.exists()
    assert not Restriction.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("role", ["anonymous", "author", "editor"])
@pytest.mark.parametrize("what", ["change", "note", "edit", "restrict"])
def test_page_is_closed_to_everybody_else(request, client_of, comment, role, what):
    client = Client() if role == "anonymous" else client_of(request.getfixturevalue(role))
    address = f"/admin/comments/comment/{comment.pk}/{what}/"

    for response in (client.get(address), client.post(address, {"text": "x"})):
        assert response.status_code in {302, 403, 405}
        assert "Waiting words" not in response.text
    assert not comment.notes.exists()


def test_restricting_needs_its_own_right_too(client_of, comment):
    person = factories.user("rita", group="Author")
    rights = Permission.objects.filter(codename__in=["view_comment", "moderate_comment"])
    person.user_permissions.add(*rights)

    response = act(client_of(person), comment, "restrict", kind="writer", effect="hold")

    assert response.status_code == 403


@pytest.mark.parametrize("what", ["note", "edit", "restrict"])
def test_act_needs_the_csrf_token(moderator, comment, what):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")

    assert act(strict, comment, what, text="x").status_code == 403


@pytest.mark.parametrize("pk", ["0", "x", "%00", "99999999999999999999999", "_2F"])
def test_page_of_no_comment_is_not_found(desk, pk):
    assert desk.get(f"/admin/comments/comment/{pk}/change/").status_code == 404
