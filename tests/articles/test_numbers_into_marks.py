"""Numbers of sources as other programs write them become marks, where they have a reference."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Article
from articles.rich_text import numbers_into_marks
from tests import factories
from tests.admin_forms import sent_by
from tests.articles.typed_forms import typed_article

KNOWN = range(1, 6)


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("Sleep helps (1).", "Sleep helps [1]."),
        ("Sleep helps (1,2) a lot.", "Sleep helps [1, 2] a lot."),
        ("Sleep helps.(1; 2)", "Sleep helps.[1, 2]"),
        ("Sleep helps (1, 3–5).", "Sleep helps [1, 3-5]."),
        ("Sleep helps<sup>1,2</sup>.", "Sleep helps[1, 2]."),
        ("Sleep helps.<sup>[3]</sup> More", "Sleep helps.[3] More"),
        ("Sleep <em>helps</em> (2).", "Sleep <em>helps</em> [2]."),
        ("<em>Sleep helps (2)</em><sup>3</sup>", "<em>Sleep helps [2]</em>[3]"),
    ],
)
def test_numbers_with_references_become_marks(written, marked):
    turned = numbers_into_marks(f"<p>{written}</p>", KNOWN)

    assert turned.html == f"<p>{marked}</p>"
    assert turned.changed >= 1
    assert turned.left == []


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Sleep helps (1,9).", ["(1,9)"]),
        ("Sleep helps [9].", ["[9]"]),
        ("Sleep helps (2020).", []),
        ("(1) Sleep.", ["(1)"]),
        ("Do this: (1) sleep, (2) walk and (3) eat.", ["(1)", "(2)", "(3)"]),
        ("f(2) grows", ["(2)"]),
        ("20 m<sup>2</sup> and x<sup>2</sup>", []),
        ("A range (5-1)", ["(5-1)"]),
        ("A mark [1, 2]", []),
        ("<code>call (1)</code>", []),
        ('<a href="/a/">page (1)</a>', []),
    ],
)
def test_what_may_mean_something_else_is_left(written, left):
    turned = numbers_into_marks(f"<p>{written}</p>", KNOWN)

    assert turned.html == f"<p>{written}</p>"
    assert (turned.changed, turned.left) == (0, left)


def test_each_block_begins_anew():
    html = "<ul><li>(1) Sleep</li><li>Walk (2)</li></ul>\n<h2>Part (1)</h2>"

    turned = numbers_into_marks(html, KNOWN)

    assert turned.html == html.replace("Walk (2)", "Walk [2]")


@settings(deadline=None)
@given(st.text(st.sampled_from("(1,2)[3]–- aß.<sup>/p"), max_size=60))
def test_second_time_changes_nothing(text):
    once = numbers_into_marks(text, KNOWN)

    again = numbers_into_marks(once.html, KNOWN)

    assert (again.html, again.changed) == (once.html, 0)


def test_button_changes_the_typed_text_and_saves_nothing(client_of, editor):
    article = factories.draft(body="<p>Old.</p>")
    typed = typed_article(
        article,
        body="<p>Sleep helps (1) and (2,7) so.</p>",
        references=[(1, "A book."), ("", "Another.")],
    )

    page = client_of(editor).post(
        f"/admin/articles/article/{article.pk}/change/", typed | {"_marks": "1"}
    )

    assert "1 number was turned into a citation." in page.text
    assert "something else: (2,7)" in page.text
    sent = sent_by(page, "article_form")
    assert sent["body"] == "<p>Sleep helps [1] and (2,7) so.</p>"
    assert sent["references-1-text"] == "Another."
    article.refresh_from_db()
    assert article.body == "<p>Old.</p>"


def test_button_works_for_a_new_article(client_of, author):
    typed = typed_article(body="<p>Sleep helps (2).</p>", references=[("", "A."), ("", "B.")])

    page = client_of(author).post("/admin/articles/article/add/", typed | {"_marks": "1"})

    assert "Sleep helps [2]." in page.text
    assert not Article.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("total", ["", "x", "-1", "99999999999"])
def test_strange_counts_of_references_are_no_error(client_of, author, total):
    typed = typed_article() | {"_marks": "1", "references-TOTAL_FORMS": total}

    assert client_of(author).post("/admin/articles/article/add/", typed).status_code == 200
