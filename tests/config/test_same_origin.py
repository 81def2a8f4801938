import pytest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from config.web.requests.same_origin import is_same_origin, same_origin_required


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "http://testserver:80"}, True),
        ({"origin": "https://testserver"}, False),
        ({"origin": "http://testserver:8080"}, False),
        ({"origin": "http://testserver.evil.example"}, False),
        ({"origin": "http://evil.example", "referer": "http://testserver/"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"origin": "http://testserver:99999"}, False),
        # A host that has no origin either.
        ({"origin": "null", "host": "testserver:99999"}, False),
        ({"referer": "http://testserver/articles/sleep/"}, True),
        ({"referer": "http://evil.example/http://testserver/"}, False),
        ({"referer": "http://testserver@evil.example/"}, False),
    ],
)
def test_where_a_post_came_from_decides(rf, headers, same):
    assert is_same_origin(rf.post("/", headers=headers)) is same


@pytest.mark.parametrize(
    ("site_url", "origin"),
    [
        ("https://Magazine.example", "https://magazine.example"),
        ("https://magazine.example:443", "https://magazine.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_public_origin_counts_behind_a_proxy_that_renames(rf, settings, site_url, origin):
    settings.SITE_URL = site_url

    assert is_same_origin(rf.post("/", headers={"origin": origin}))


def test_ipv6_host_is_its_own_origin(rf, settings):
    settings.ALLOWED_HOSTS = ["[::1]"]

    assert is_same_origin(rf.post("/", headers={"host": "[::1]:80", "origin": "http://[::1]"}))


@same_origin_required
def page(request):
    return HttpResponse("done")


@pytest.mark.django_db
def test_post_from_elsewhere_gets_a_page_that_says_what_to_do(rf):
    request = rf.post("/", headers={"sec-fetch-site": "cross-site"})

    response = page(request)

    assert response.status_code == 403
    assert "another site" in response.text


def test_get_from_elsewhere_is_welcome(rf):
    assert page(rf.get("/", headers={"sec-fetch-site": "cross-site"})).content == b"done"


def test_view_needs_no_csrf_token(rf):
    request = rf.post("/")
    request._dont_enforce_csrf_checks = False

    assert CsrfViewMiddleware(page).process_view(request, page, (), {}) is None
