"""A tag that is taken out does not join the words beside it; a text with nothing to see is an empty one."""

import pytest

from comments.models import Comment
from comments.plain_text import clean, clean_name
from tests import factories
from tests.comments.sending import send


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<blockquote>He said.</blockquote>I agree", "He said.\nI agree"),
        ("see<p>that</p>now", "see\nthat\nnow"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
        ("<tr><td>a</td><td>b</td></tr>c", "a b\nc"),
        ("<div>a</div>b<hr>c<h2>d</h2>e", "a\nb\nc\nd\ne"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("x <b>b</b>old, H<sub>2</sub>O, <i>i</i>n", "x bold, H2O, in"),
    ],
)
def test_tag_taken_out_leaves_words_apart(typed, kept):
    assert clean(typed, limit=500) == kept
    assert clean(kept, limit=500) == kept


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u00ad\u2060", "\u3164", "\u2800 ", "\ufe0f", "<b>\u200d</b>", "&nbsp;\u200b"],
)
def test_text_with_nothing_to_see_is_empty(text):
    if not text.startswith("&"):
        assert clean(text, limit=50) == clean_name(text, limit=50) == ""


@pytest.mark.parametrize("field", ["name", "body"])
def test_comment_of_invisible_characters_is_refused_as_an_empty_one(client, db, field):
    article = factories.published_article()

    empty = send(client, article, **{field: ""}).context["form"].errors
    unseen = send(client, article, **{field: "\u200b\u3164"}).context["form"].errors

    assert empty[field] == unseen[field]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("title", ["\u200b", "\u2800\u3164"])
def test_article_and_page_of_invisible_characters_are_refused(client_of, editor, title):
    response = client_of(editor).post(
        "/admin/articles/page/add/", {"title": title, "slug": "", "body": f"<p>&nbsp;{title}</p>"}
    )

    assert set(response.context["adminform"].form.errors) == {"title", "body"}


def test_search_for_invisible_characters_is_a_question_not_asked(client, db):
    response = client.get("/search/", {"q": "\u200b\u3164"})

    assert response.status_code == 200
    assert response.context["answer"] is None
    assert not response.context["form"].errors
