"""The admin as a whole: its policy for scripts, its login."""

import re

import pytest

from tests import factories

PAGES = (
    "",
    "articles/article/",
    "articles/article/add/",
    "articles/image/pick/",
    "articles/author/",
)


@pytest.mark.parametrize("path", [*PAGES, "articles/page/add/", "password_change/"])
def test_admin_allows_no_inline_script_or_style_without_its_nonce(client_of, editor, path):
    response = client_of(editor).get(f"/admin/{path}")

    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert "unsafe" not in policy
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", response.text):
        assert "src=" in tag or f'nonce="{nonce}"' in tag, tag
    assert not re.search(r"<[^>]+\s(?:style|onclick|onload)=", response.text)


def test_login_page_is_under_the_policy_too(client, db):
    response = client.get("/admin/login/")

    assert "'nonce-" in response.headers["Content-Security-Policy"]


def test_too_many_wrong_passwords_get_a_friendly_page(client, editor):
    for _attempt in range(10):
        data = {"username": "edith", "password": "wrong"}
        response = client.post("/admin/login/", data)

    assert response.status_code == 429
    assert "Wait 15 minutes" in response.text


def test_locked_account_is_open_from_another_address(client, editor):
    for _attempt in range(11):
        client.post("/admin/login/", {"username": "edith", "password": "wrong"})

    response = client.post(
        "/admin/login/", {"username": "edith", "password": "pass"}, REMOTE_ADDR="203.0.113.9"
    )

    assert response.status_code == 302


def test_login_leads_to_no_other_site(client, editor):
    for target in ("//evil.example", "/\\evil.example", "https:evil.example"):
        data = {"username": "edith", "password": "pass", "next": target}
        response = client.post(f"/admin/login/?next={target}", data)
        assert response.url == "/admin/" or not response.url.startswith(("//", "/\\", "http"))


def test_editor_page_holds_the_prose_editor(client_of, editor):
    article = factories.draft()

    page = client_of(editor).get(f"/admin/articles/article/{article.pk}/change/").text

    assert "data-django-prose-editor-configurable" in page
    assert 'type="importmap"' in page
    assert "/admin/articles/image/pick/" in page
