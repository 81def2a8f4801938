"""How a thread looks to its readers: what answers what, who speaks, and where something stood."""

import re

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.reading.thread import Entry, levels
from comments.reading.thread_html import initials
from tests import factories
from tests.comments.section import section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def outline(html):
    """The thread as (depth of the list, number of the comment)."""
    depth, found = 0, []
    for tag, number in re.findall(r'<(/?ol)|id="comment-(\d+)"', html):
        depth += {"ol": 1, "/ol": -1, "": 0}[tag]
        if number:
            found.append((depth, int(number)))
    return found


def chain(article, length, parent=None):
    comments = []
    for number in range(length):
        parent = factories.approved_comment(article, parent=parent, name=f"Link {number}")
        comments.append(parent)
    return comments


def test_reply_stands_in_a_list_within_what_it_answers(article):
    first = factories.approved_comment(article)
    second = factories.approved_comment(article)
    reply = factories.approved_comment(article, parent=first)

    html = section(article)

    assert outline(html) == [(1, first.pk), (2, reply.pk), (1, second.pk)]
    assert html.count("<li>") == html.count("</li>")


def test_deep_replies_stand_beside_each_other_at_the_last_level(article, settings):
    settings.COMMENTS_MAX_DEPTH = 3
    comments = chain(article, 6)

    depths = [depth for depth, _ in outline(section(article))]

    assert depths == [1, 2, 3, 3, 3, 3]
    assert Comment.objects.get(pk=comments[-1].pk).depth == 6


def test_reply_names_what_it_answers_and_leads_there(article):
    first = factories.approved_comment(article, name="Rosa & Co")
    factories.approved_comment(article, parent=first)

    html = section(article)

    assert f'in reply to <a href="#comment-{first.pk}"><bdi>Rosa &amp; Co</bdi></a>' in html


def test_page_that_begins_within_a_branch_nests_from_what_it_shows():
    def entry(*path):
        return Entry(path[-1], list(path), None, None, None, "", "", "approved", "", "", timezone.now())  # fmt: skip

    page = [entry(1, 2, 3), entry(1, 2, 3, 4), entry(1, 2, 5), entry(1, 6), entry(7)]

    assert [level for level, _ in levels(page)] == [1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        ("remove", "A moderator removed the comment by <bdi>Rosa</bdi>."),
        ("reject", "A moderator removed the comment by <bdi>Rosa</bdi>."),
        ("mark_as_spam", "A moderator removed this comment."),
    ],
)
def test_removed_comment_with_replies_keeps_its_place_without_its_words(article, verb, sentence):
    gone = factories.approved_comment(article, name="Rosa", body="Secret words")
    reply = factories.approved_comment(article, parent=gone, body="Answer")
    getattr(Comment.objects.get(pk=gone.pk), verb)(by=None)

    html = section(article)

    assert sentence in html
    assert "Secret words" not in html
    assert outline(html) == [(1, gone.pk), (2, reply.pk)]
    assert f"{gone.pk}/reply/" not in html


def test_reason_of_a_removal_is_told(article):
    gone = factories.approved_comment(article)
    factories.approved_comment(article, parent=gone)
    Comment.objects.get(pk=gone.pk).remove(by=None, reason="It <advertises> {name}.")

    assert '<p dir="auto">Reason: It &lt;advertises&gt; {name}.</p>' in section(article)


def test_reply_to_spam_does_not_name_the_spammer(article):
    gone = factories.approved_comment(article, name="Cheap Pills")
    factories.approved_comment(article, parent=gone)
    Comment.objects.get(pk=gone.pk).mark_as_spam(by=None)

    html = section(article)

    assert f'in reply to <a href="#comment-{gone.pk}">a deleted comment</a>' in html
    assert "Cheap Pills" not in html


def test_withdrawn_comment_does_not_name_its_writer(article):
    gone = factories.approved_comment(article, name="Rosa", body="Secret words")
    factories.approved_comment(article, parent=gone)
    Comment.objects.get(pk=gone.pk).withdraw()

    html = section(article)

    assert "The commenter deleted this comment" in html
    assert "in reply to <a" in html
    assert "Rosa" not in html
    assert "Secret words" not in html


def test_changed_comment_waits_again_and_its_replies_stay(article):
    first = factories.approved_comment(article, name="Rosa")
    factories.approved_comment(article, parent=first)
    Comment.objects.get(pk=first.pk).edit("New words", by=None, held_for=[])

    html = section(article)

    assert "A moderator is reviewing the comment by <bdi>Rosa</bdi>." in html
    assert "New words" not in html


def test_removed_comment_without_replies_leaves_nothing(article):
    gone = factories.approved_comment(article)
    gone.remove(by=None)

    assert outline(section(article)) == []


def test_words_changed_by_a_moderator_are_marked(article):
    comment = factories.approved_comment(article)
    comment.edit("Better words", by=factories.user("mo", group="Moderator"), held_for=[])

    assert '<span class="comment__edited">edited</span>' in section(article)


@pytest.mark.parametrize("badge", ["author", "editor", "moderator"])
def test_badge_says_who_speaks_for_the_site(article, badge):
    factories.approved_comment(article, badge=badge)

    assert f'<span class="badge badge--{badge}">{badge.title()}</span>' in section(article)


def test_answer_of_the_author_is_pointed_out(article):
    question = factories.approved_comment(article)
    factories.approved_comment(article, parent=question, badge="editor")
    answer = factories.approved_comment(article, parent=question, badge="author")
    factories.approved_comment(article, parent=question, badge="author")

    html = section(article)

    assert html.count("The author replied") == 1
    assert f'href="#comment-{answer.pk}">The author replied' in html


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("Rosa", "R"), ("rosa van dyk", "RD"), ("(Bo) !", "B"), ("!", ""), ("رشا علي", "رع"), ("ß", "SS")],
)  # fmt: skip
def test_initials_are_drawn_from_the_name(name, drawn):
    assert initials(name) == drawn


def test_names_are_escaped_wherever_they_stand(article):
    evil = "\"><b>'{name}&"
    first = factories.approved_comment(article, name=evil)
    factories.approved_comment(article, name=evil, parent=first)

    html = section(article)

    assert "<b>'" not in html
    assert 'aria-label="Reply to &quot;&gt;&lt;b&gt;&#x27;{name}&amp;"' in html


def test_closed_article_offers_no_reply_but_still_reports():
    article = factories.published_article(comments_open=False)
    comment = factories.approved_comment(article)

    html = section(article)

    assert f"{comment.pk}/reply/" not in html
    assert f"{comment.pk}/report/" in html
