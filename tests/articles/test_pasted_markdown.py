"""Markdown that is pasted into the editor becomes HTML that articles may hold."""

import pytest

from tests import factories

ADDRESS = "/admin/articles/article/markdown/"


def test_markdown_becomes_clean_html(client_of, author):
    text = "## Sleep\n\n- one\n  - two\n\n**Bold** <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |"

    html = client_of(author).post(ADDRESS, {"text": text}).json()["html"]

    assert html.startswith("<h2>Sleep</h2>")
    assert "<ul><li>one<ul><li>two</li></ul></li></ul>" in html
    assert "<strong>Bold</strong>" in html
    assert "<thead><tr><th>a</th><th>b</th></tr></thead>" in html
    assert "script" not in html


def test_text_that_is_nested_too_deeply_is_refused(client_of, author):
    response = client_of(author).post(ADDRESS, {"text": "> " * 5000 + "x"})

    assert response.status_code in {200, 422}


@pytest.mark.parametrize("group", ["Moderator", ""])
def test_only_people_who_write_may_ask(client_of, db, group):
    person = factories.user("pat", group=group)

    assert client_of(person).post(ADDRESS, {"text": "x"}).status_code in {302, 403}


def test_nothing_is_answered_to_a_plain_visit(client_of, author, client):
    assert client_of(author).get(ADDRESS).status_code == 405
    assert client.post(ADDRESS, {"text": "x"}).status_code == 302
