"""What holds for every public page, whatever it shows."""

import re

import pytest

from tests import factories
from tests.markup import relations_of

PATHS = ["/", "/archive/", "/articles/rest/", "/topics/sleep/", "/authors/ada/", "/about/",
         "/privacy/", "/feed/", "/sitemap.xml"]  # fmt: skip
PAGES = [path for path in PATHS if path not in {"/feed/", "/sitemap.xml"}]


@pytest.fixture
def magazine(db):
    ada = factories.author(name="Ada")
    topic = factories.topic(name="Sleep")
    factories.published_article(by=ada, topic=topic, title="Rest", slug="rest")


@pytest.mark.parametrize("path", PATHS)
def test_reading_sets_no_cookie_and_depends_on_none(path, client, magazine):
    response = client.get(path)

    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("path", [*PAGES, "/nothing-here/"])
def test_page_has_no_inline_script_or_style(path, client, magazine):
    text = client.get(path).text

    assert not re.search(
        r"<style|<script(?![^>]*\bsrc=| type=.application/ld\+json)|\sstyle=|\son\w+=|javascript:",
        text,
    )


@pytest.mark.parametrize("path", PATHS)
def test_policy_lets_nothing_inline_run(path, client, magazine):
    policy = client.get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


@pytest.mark.parametrize("path", PATHS)
def test_page_answers_head_and_refuses_post(path, client, magazine):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/archive", "/articles/rest", "/topics/sleep", "/about"])
def test_missing_slash_is_added_for_ever(path, client, magazine):
    response = client.get(path)

    assert response.status_code == 301
    assert response.headers["Location"] == f"{path}/"


@pytest.mark.parametrize("path", ["/articles/%00/", "/%00/", "/topics/a%00b/", "/authors/%ff/",
                                  "/articles/..%2f..%2fetc/", f"/articles/{'a' * 3000}/"])  # fmt: skip
def test_hostile_address_is_not_found(path, client, magazine):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_hostile_query_changes_nothing(path, client, magazine):
    assert client.get(f"{path}?q=%27%22%3C&x=%ff&utm_source=a").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_nul_in_a_query_is_no_fault_of_ours(path, client, magazine):
    assert client.get(f"{path}?before=%00&p=%00").status_code in {200, 400, 404}


@pytest.mark.parametrize("path", [*PATHS, "/nothing-here/"])
def test_host_header_is_not_reflected(path, client, magazine):
    response = client.get(path, headers={"host": "localhost", "x-forwarded-host": "evil.example"})

    assert b"//localhost" not in response.content
    assert b"evil.example" not in response.content


@pytest.mark.parametrize("path", PAGES)
def test_page_names_its_own_address_language_and_feed(path, client, magazine):
    text = client.get(path).text

    assert relations_of(text)["canonical"] == f"http://testserver{path}"
    assert '<html lang="en"' in text
    assert 'type="application/atom+xml"' in text
    assert text.count("<h1") == 1
    assert text.count("<title>") == 1


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_pages_for_faults_need_neither_database_nor_context(name):
    from django.template.loader import render_to_string

    text = render_to_string(name)

    assert "Go to the front page" in text
    assert "<style" not in text
