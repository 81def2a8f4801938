"""What is long or stands deep in a thread is folded, without a script."""

import re

import pytest

from comments.reading.thread import Entry
from comments.reading.thread_html import BEGINNING, LONG, comment_html
from tests import factories
from tests.comments.section import section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def beginning(html):
    return re.search(r'<p class="comment__beginning" dir="auto">([^<]*) …</p>', html)[1]


def branch(article, length):
    parent = None
    for number in range(length):
        parent = factories.approved_comment(article, parent=parent, body=f"Reply {number}.")


def test_long_comment_shows_its_beginning_and_opens_whole(article):
    words = "Sleep & rest. " * 120
    factories.approved_comment(article, body=f"{words}\n\nThe last words.")

    html = section(article)

    assert beginning(html).startswith("Sleep &amp; rest. Sleep")
    assert len(beginning(html)) < BEGINNING * 2
    folded = html.split("<details><summary>The whole comment</summary>")[1].split("</details>")[0]
    assert "The last words." in folded


@pytest.mark.parametrize("body", ["Short.", "Words. " * (LONG // 10), "Line.\n" * 14])
def test_comment_of_common_length_is_whole(article, body):
    factories.approved_comment(article, body=body)

    assert "comment__beginning" not in section(article)


def test_comment_of_many_lines_is_folded(article):
    factories.approved_comment(article, body="One.\n" * 40)

    assert beginning(section(article)).startswith("One. One.")


def test_one_endless_word_is_cut(article):
    factories.approved_comment(article, body="<" * 4_000)

    assert beginning(section(article)) == "&lt;" * BEGINNING


def test_comment_alone_on_its_page_is_whole(article):
    comment = factories.approved_comment(article, body="Words. " * 400)

    assert "comment__beginning" not in comment_html(Entry.of(comment))


def test_replies_in_the_depth_are_folded(article):
    branch(article, 7)
    factories.approved_comment(article, body="Another branch.")

    html = section(article)

    before, folded = html.split(
        '<details class="comments__folded"><summary>4 more replies</summary>'
    )
    folded, after = folded.split("</details>")
    assert [f"Reply {number}." in before for number in range(4)] == [True, True, True, False]
    assert all(f"Reply {number}." in folded for number in range(3, 7))
    assert "Another branch." in after
    assert html.count("<li>") == html.count("</li>")
    assert html.count("<ol") == html.count("</ol>")


def test_few_replies_in_the_depth_stay_open(article):
    branch(article, 5)

    assert "comments__folded" not in section(article)
