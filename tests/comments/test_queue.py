"""Moderators clear the queue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import AlreadyDecided, Comment
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


def page_of(comment):
    return f"{LIST}{comment.pk}/change/"


def run_action(client, action, comments, query="", **data):
    chosen = [comment.pk for comment in comments]
    return client.post(
        LIST + query,
        {"action": action, "_selected_action": chosen, "index": "0", **data},
        follow=True,
    )


def decide(client, verb, comment, path=LIST, **data):
    return client.post(path, {"decide": f"{verb}-{comment.pk}", **data}, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_pending_comments_come_first_then_the_newest(desk, article):
    now = timezone.now()
    for hours, body, decided in [
        (1, "New decided", True),
        (9, "Old pending", False),
        (5, "New pending", False),
    ]:
        comment = factories.comment(article, body=body, created_at=now - timedelta(hours=hours))
        if decided:
            comment.reject(by=None)

    page = desk.get(LIST).content.decode()

    places = [page.index(body) for body in ("New pending", "Old pending", "New decided")]
    assert places == sorted(places)


def test_queue_shows_the_whole_text_escaped_with_article_and_writer(desk, article):
    words = "word " * 900 + "<b>end</b>"
    Comment.objects.create(article=article, name="Ann", email="ann@example.org", body=words)

    page = desk.get(LIST).content.decode()

    assert "word " * 900 + "&lt;b&gt;end&lt;/b&gt;" in page
    assert "Ann" in page
    assert "ann@example.org" in page
    assert 'href="/articles/sleep-well/"' in page


def test_queue_tells_the_history_of_the_writer(desk, article):
    for body, verb in [
        ("a", "approve"),
        ("b", "approve"),
        ("c", "mark_as_spam"),
        ("d", "reject"),
        ("e", "remove"),
        ("f", None),
    ]:
        comment = factories.comment(article, email="ann@example.org", body=body)
        if verb:
            getattr(comment, verb)(by=None)
    factories.comment(article, name="Newcomer")

    page = desk.get(LIST).content.decode()

    assert "2 approved · 2 rejected or removed · 1 spam · since" in page
    assert "No decided comment before" in page


@pytest.mark.parametrize("size", [1, 40])
def test_queue_costs_the_same_queries_whatever_its_size(
    desk, article, moderator, django_assert_max_num_queries, size
):
    for number in range(size):
        comment = factories.comment(factories.published_article())
        if number % 2:
            comment.reject(by=moderator)

    with django_assert_max_num_queries(8):
        desk.get(LIST)


@pytest.mark.parametrize(
    ("action", "status", "told"),
    [
        ("approve", "approved", "2 comments approved."),
        ("reject", "rejected", "2 comments rejected."),
        ("spam", "spam", "2 comments marked as spam."),
        ("remove", "removed", "2 comments removed."),
    ],
)
def test_action_decides_what_is_selected(desk, moderator, article, action, status, told):
    chosen = [factories.comment(article), factories.comment(article)]
    other = factories.comment(article)

    response = run_action(desk, action, chosen)

    assert messages_of(response) == [told]
    assert {row.status for row in Comment.objects.filter(pk__in=[c.pk for c in chosen])} == {status}
    assert Comment.objects.get(pk=other.pk).status == "pending"
    assert Comment.objects.get(pk=chosen[0].pk).decided_by == moderator


@pytest.mark.parametrize(
    ("verb", "status"), [("approve", "approved"), ("reject", "rejected"), ("spam", "spam")]
)
def test_button_in_the_row_decides_one_and_keeps_the_filters(desk, article, verb, status):
    comment = factories.comment(article)
    path = f"{LIST}?status__exact=pending"

    page = desk.get(path).content.decode()
    response = decide(desk, verb, comment, path=path)

    assert f'name="decide" value="{verb}-{comment.pk}"' in page
    assert Comment.objects.get().status == status
    assert response.redirect_chain == [(path, 302)]


def test_decision_of_the_comments_page_keeps_its_reason_and_goes_back_to_the_queue(
    desk, moderator, article
):
    comment = factories.comment(article)
    path = page_of(comment) + "?_changelist_filters=status__exact%3Dpending"

    page = desk.get(path).content.decode()
    response = decide(desk, "reject", comment, path=path, reason="Off topic")

    decision = comment.decisions.get()
    assert f'value="reject-{comment.pk}"' in page
    assert (decision.was, decision.became, decision.by, decision.reason) == (
        "pending",
        "rejected",
        moderator,
        "Off topic",
    )
    assert response.redirect_chain == [(f"{LIST}?status__exact=pending", 302)]
    assert "Off topic" in desk.get(page_of(comment)).content.decode()


def test_approved_comment_is_public_and_removed_one_is_gone_again(desk, client, article):
    comment = factories.comment(article, body="Words for all")

    decide(desk, "approve", comment)
    shown = client.get("/articles/sleep-well/").content.decode()
    decide(desk, "remove", comment)
    hidden = client.get("/articles/sleep-well/").content.decode()

    assert "Words for all" in shown
    assert "Words for all" not in hidden
    assert comment.decisions.count() == 2


@pytest.mark.parametrize("action", ["row", "list"])
def test_decision_that_somebody_else_made_meanwhile_is_kept_and_told(desk, editor, article, action):
    comment = factories.comment(article)
    seen = timezone.now().isoformat()
    comment.approve(by=editor)

    if action == "row":
        response = decide(desk, "reject", comment, seen_at=seen)
    else:
        response = run_action(desk, "reject", [comment, factories.comment(article)], seen_at=seen)

    assert "1 comment was decided in the meantime and is left as it is." in messages_of(response)
    assert Comment.objects.get(pk=comment.pk).decided_by == editor


def test_comment_that_left_the_filtered_list_meanwhile_is_told(desk, editor, article):
    gone, here = factories.comment(article), factories.comment(article)
    gone.reject(by=editor)

    response = run_action(desk, "approve", [gone, here], query="?status__exact=pending")

    assert messages_of(response) == [
        "1 comment approved.",
        "1 comment was decided in the meantime and is left as it is.",
    ]


def test_decision_can_be_changed_by_somebody_who_saw_it(desk, article):
    comment = factories.comment(article)
    comment.reject(by=None)

    decide(desk, "approve", comment, seen_at=timezone.now().isoformat())

    assert Comment.objects.get().status == "approved"
    assert [line.was for line in comment.decisions.all()] == ["rejected", "pending"]


@pytest.mark.parametrize(
    "seen_at", ["", "yesterday", "2026-13-45T00:00:00Z", "2026-11-21T10:00:00", "\x00"]
)
def test_page_time_that_cannot_be_read_is_now(desk, article, seen_at):
    comment = factories.comment(article)

    decide(desk, "approve", comment, seen_at=seen_at)

    assert Comment.objects.get().status == "approved"


@pytest.mark.parametrize(
    "value", ["approve-999999", "delete-1", "approve", "approve-x", "-", "approve-" + "9" * 50]
)
def test_decision_about_nothing_is_not_found(desk, value):
    assert desk.post(LIST, {"decide": value}).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status__exact=rejected", {"Rejected words"}),
        ("?q=ann%40example.org", {"Words of Ann"}),
        ("?q=Rejected", {"Rejected words"}),
        ("?article=ARTICLE", {"Words of Ann", "Rejected words"}),
        ("?article=x", set()),
    ],
)
def test_queue_is_filtered_and_searched(desk, article, query, found):
    factories.comment(article, email="ann@example.org", body="Words of Ann")
    factories.comment(article, body="Rejected words").reject(by=None)
    factories.comment(factories.published_article(), body="Elsewhere")

    page = desk.get(LIST + query.replace("ARTICLE", str(article.pk)), follow=True).content.decode()

    assert {
        body for body in ("Words of Ann", "Rejected words", "Elsewhere") if body in page
    } == found


def test_text_is_nowhere_to_be_changed(desk, article):
    comment = factories.comment(article, body="As written")

    response = desk.post(page_of(comment), {"body": "Changed", "status": "approved"})

    comment.refresh_from_db()
    assert response.status_code == 403
    assert (comment.body, comment.status) == ("As written", "pending")


def test_second_of_two_moderators_is_told(article, moderator):
    comment = factories.comment(article)
    first, second = Comment.objects.get(pk=comment.pk), Comment.objects.get(pk=comment.pk)

    first.approve(by=moderator)

    with pytest.raises(AlreadyDecided):
        second.reject(by=moderator)
    assert Comment.objects.get().status == "approved"
    assert comment.decisions.count() == 1


def test_queue_holds_no_inline_script_or_style(desk, article):
    comment = factories.comment(article)

    for path in (LIST, page_of(comment)):
        response = desk.get(path)
        page = response.content.decode()
        assert "style=" not in page
        assert "onclick=" not in page
        assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query",
    ["?status__exact=%00", "?article=%00", "?article=99999999999999999999999", "?p=99999", "?p=x", "?o=9.-9",
     "?created_at__gte=%00", "?created_at__gte=x", "?id__exact=%00", "?body__contains=%00", "?e=1&status__exact=%00",
     "?decided_by__password__startswith=x", "?article__created_by__password__startswith=x", "?_to_field=email",
     "?q=" + "a" * 5000, "?q=%22%22%27", "?all=&_facets=True"],
)  # fmt: skip
def test_typed_address_of_the_queue_never_fails(desk, article, query):
    factories.comment(article)

    assert desk.get(LIST + query, follow=True).status_code in {200, 400}


@pytest.mark.parametrize("pk", ["0", "x", "%00", "99999999999999999999999", "_2F"])
def test_page_of_no_comment_leads_back(desk, pk):
    assert desk.get(f"{LIST}{pk}/change/", follow=True).status_code in {200, 404}
