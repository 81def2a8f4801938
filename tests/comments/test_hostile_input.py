"""Whatever is sent, the answer is clear and quick, and never a fault of ours."""

import pytest
from django.test import Client

from comments.models import Comment
from tests import factories
from tests.comments.sending import filled_in, send
from tests.effort import assert_cheap

pytestmark = [pytest.mark.django_db, pytest.mark.long]

BODIES = {
    "nul": "a\x00b",
    "surrogates": "a\ufffdb\\ud800",
    "bidi": "\u202eabc\u2066",
    "controls": "".join(map(chr, range(1, 32))) + "a",
    "megabyte": "a" * 1_000_000,
    "tags": "<b>" * 10_000 + "a",
    "nested": "<div>" * 10_000 + "a" + "</div>" * 10_000,
    "cdata": "<![x[",
    "many cdata": "<![x[" * 999,
    "comment": "<!--" * 1200,
    "marks": "a" + "\u0301" * 4_999,
    "quotes": "<a href='" * 500,
    "links": "http://" * 700,
    "scripts": "<script>" * 600,
    "ampersands": "&" * 5_000,
    "entities": "&#x0;&#xD800;&#x110000;&#99999999999999999999;",
    "spaces": " " * 5_000,
    "newlines": "\n" * 5_000,
}


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.mark.parametrize("field", ["name", "email", "body", "website_address", "rendered"])
@pytest.mark.parametrize("kind", BODIES)
def test_any_text_in_any_field_gets_an_answer_within_a_second(client, article, field, kind):
    answers = []
    assert_cheap(lambda: answers.append(send(client, article, **{field: BODIES[kind]})))

    response = answers[0]
    assert response.status_code in {303, 413, 422}
    if response.status_code == 303:
        assert client.get(response.url).status_code == 200


def raw(body, content_type="application/x-www-form-urlencoded"):
    return Client().generic("POST", "/articles/sleep-well/comments/", body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=%ED%A0%80&body=%00%FF%FE&email=%C0%80", "application/x-www-form-urlencoded"),
        (b"name=a&body=b", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"name=a&body=b", "application/x-www-form-urlencoded; charset=rot13"),
        (b"{}", "application/json"),
        (b"\xff\xfe\x00", "text/plain"),
        (b"", ""),
    ],
)
def test_form_that_is_none_is_answered_as_an_empty_one(article, body, content_type):
    assert raw(body, content_type).status_code == 422


@pytest.mark.parametrize("charset", ["unicode_escape", "rot13", "utf-7", "idna", "hex", "nonsense"])
def test_charset_of_a_form_is_not_believed(article, charset):
    lines = []
    for name, value in filled_in(article, body="x \\ud800 y").items():
        lines += ["--b", f'Content-Disposition: form-data; name="{name}"', "", value]
    body = "\r\n".join([*lines, "--b--", ""]).encode()

    response = raw(body, f"multipart/form-data; boundary=b; charset={charset}")

    assert response.status_code == 303
    assert Comment.objects.get().body == "x \\ud800 y"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"a" * 200_001, "application/x-www-form-urlencoded", 413),
        (b"a" * 3_000_000, "application/x-www-form-urlencoded", 413),
        (b"a=1&" * 2_000, "application/x-www-form-urlencoded", 400),
        (b"x", "multipart/form-data", 400),
        (b"--b\r\n" * 2_000, "multipart/form-data; boundary=", 400),
    ],
)
def test_form_that_cannot_be_read_is_answered_clearly(article, body, content_type, status):
    answers = []
    assert_cheap(lambda: answers.append(raw(body, content_type)))

    response = answers[0]
    assert response.status_code == status
    assert "Back button" in response.text


def test_nobodys_markup_runs_anywhere(client, article, moderator, client_of):
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script> <svg/onload=alert(1)'
    send(
        client,
        article,
        name=f"Ev{evil}"[:80],
        body=f'{evil} javascript:alert(1) http://x.example/"onclick=alert(1)',
    )
    comment = Comment.objects.get()
    factories.comment(
        article, name="<script>alert(2)</script>", body="<script>alert(2)</script>"
    ).approve(by=None)
    comment.approve(by=None)

    desk = client_of(moderator)
    pages = [client.get("/articles/sleep-well/"), desk.get("/admin/comments/queue/?tab=all"),
             desk.get(f"/admin/comments/comment/{comment.pk}/change/")]  # fmt: skip

    for page in pages:
        text = page.text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<svg/onload" not in text
        assert 'href="javascript:' not in text


@pytest.mark.parametrize("path", ["/articles/%00/comments/", "/articles/a%0d%0ab/comments/", "/comments/%00/",
                                  "/comments/..%2f/", "/comments/" + "a" * 5000 + "/", "/comments/a:b:%ED%A0%80/"])  # fmt: skip
def test_address_of_nothing_is_not_found(client, db, path):
    assert client.get(path).status_code == 404
    assert client.post("/articles/%00/comments/").status_code == 404
