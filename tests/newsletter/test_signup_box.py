import re

import pytest
from django.template import Context, Template


def render(**context):
    return Template("{% load newsletter %}{% signup_box %}").render(Context(context))


def test_box_works_without_script_cookie_or_token(rf):
    html = render(request=rf.get("/articles/sleep/"), site_name="Colophon")

    assert 'action="/newsletter/"' in html
    assert 'method="post"' in html
    assert "csrfmiddlewaretoken" not in html
    assert "<script" not in html
    assert " style=" not in html


def test_box_remembers_the_page_it_stands_on(rf):
    html = render(request=rf.get("/articles/sleep/?utm_source=x"))

    assert re.search(r'name="page" value="/articles/sleep/"', html)


def test_box_ids_do_not_clash_with_other_forms(rf):
    ids = re.findall(r'\sid="([^"]+)"', render(request=rf.get("/")))

    assert len(ids) == len(set(ids))
    assert all("signup" in name for name in ids)


def test_field_has_a_label_a_hint_and_autofill(rf):
    html = render(request=rf.get("/"))

    assert 'for="signup_email"' in html
    assert 'autocomplete="email"' in html
    assert 'aria-describedby="signup_email_helptext"' in html


def test_box_says_where_to_read_about_privacy(rf):
    assert 'href="/privacy/"' in render(request=rf.get("/"))


def test_box_renders_without_a_request():
    assert 'name="email"' in render()


@pytest.mark.django_db
def test_box_needs_no_query(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        render(request=rf.get("/"))
