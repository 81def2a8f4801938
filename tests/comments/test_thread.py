"""What readers see of comments under an article."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from comments.models import Comment
from tests import factories
from tests.markup import one_line

pytestmark = pytest.mark.django_db

HIDDEN = ["pending", "rejected", "spam", "removed"]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def section(article):
    template = "{% load comments %}{% comments_section article %}"
    return one_line(Template(template).render(Context({"article": article})))


def in_status(article, status, **fields):
    comment = factories.comment(article, **fields)
    if status != "pending":
        Comment.objects.filter(pk=comment.pk).update(status=status, decided_at=timezone.now())
    return comment


@pytest.mark.parametrize("status", HIDDEN)
def test_only_approved_comments_are_public(article, status):
    in_status(article, status, name="Hidden", body="Hidden words")
    factories.approved_comment(article, body="Words for all")

    html = section(article)

    assert "Words for all" in html
    assert "Hidden" not in html
    assert "1 comment </h2>" in html


@pytest.mark.parametrize(
    "path", ["/", "/archive/", "/feed/", "/sitemap.xml", "/articles/sleep-well/"]
)
def test_comment_that_waits_is_on_no_public_page(client, article, path):
    for status in HIDDEN:
        in_status(
            article, status, name="Hidden", body="Hidden words", email=f"{status}@example.net"
        )

    page = client.get(path).text

    assert "Hidden" not in page
    assert "example.net" not in page


def test_thread_runs_from_the_oldest_with_name_time_and_permalink(article):
    now = timezone.localtime().replace(microsecond=0)
    early = factories.approved_comment(article, name="Early", created_at=now - timedelta(days=2))
    late = factories.approved_comment(article, name="Late", created_at=now)

    html = section(article)

    assert "2 comments </h2>" in html
    assert html.index("Early") < html.index("Late")
    assert f'id="comment-{early.pk}"' in html
    assert f'href="/articles/sleep-well/comments/{late.pk}/"' in html
    assert f'<bdi class="comment__author" id="by-{early.pk}">Early</bdi>' in html
    assert f'<time datetime="{now.isoformat()}">' in html


def test_address_of_the_writer_is_never_shown(article):
    factories.approved_comment(article, email="secret@example.net")

    assert "secret@example.net" not in section(article)


def test_stored_html_is_shown_as_it_is(article):
    factories.approved_comment(article, body="p<0.05\n\nsee https://example.org/")

    html = section(article)

    assert '<p dir="auto">p&lt;0.05</p>' in html
    assert '<a href="https://example.org/" rel="ugc nofollow noopener">' in html


def test_article_without_comments_invites(article):
    html = section(article)

    assert "Nobody has commented yet" in html
    assert 'action="/articles/sleep-well/comments/"' in html


def test_form_names_its_rules_and_sets_no_cookie(client, article):
    html = section(article)

    assert "A moderator reads it before it appears. HTML is removed" in html
    assert "leave out details of your health" in html
    assert 'autocomplete="name"' in html
    assert 'autocomplete="email"' in html
    assert "csrfmiddlewaretoken" not in html
    assert not client.get("/articles/sleep-well/").cookies


@pytest.mark.parametrize(
    "fields", [{"comments_open": False}, {"comments_close_at": timezone.now() - timedelta(hours=1)}]
)
def test_closed_article_keeps_its_thread_and_has_no_form(fields):
    article = factories.published_article(**fields)
    factories.approved_comment(article, body="Words for all")

    html = section(article)

    assert "Words for all" in html
    assert "are closed" in html
    assert "<form" not in html


def test_article_that_closes_later_is_open_still():
    article = factories.published_article(comments_close_at=timezone.now() + timedelta(hours=1))

    assert "<form" in section(article)


def test_preview_of_unpublished_work_has_no_form():
    assert "<form" not in section(factories.draft())


@pytest.mark.parametrize("size", [0, 1, 60])
def test_thread_costs_one_query_whatever_its_size(article, django_assert_num_queries, size):
    for _ in range(size):
        factories.approved_comment(article)

    with django_assert_num_queries(1):
        section(article)


def test_deep_thread_costs_one_query(article, django_assert_num_queries):
    comment = None
    for _ in range(12):
        comment = factories.approved_comment(article, parent=comment)

    with django_assert_num_queries(1):
        section(article)


def test_count_and_thread_cost_one_query_together(article, django_assert_num_queries):
    factories.approved_comment(article, body="Seen.")
    factories.comment(article)
    page = Template("{% load comments %}{% comment_count article %}{% comments_section article %}")

    with django_assert_num_queries(1):
        text = page.render(Context({"article": article}))

    assert text.startswith("1")
    assert "Seen." in text


def test_number_that_waits_is_told():
    article = factories.published_article()
    factories.comment(article)
    factories.approved_comment(article)

    number = Template("{% load comments %}{% pending_comments_count %}").render(Context())

    assert number == "1"
