"""The archive shows issues that were sent, as their articles are now."""

import pytest

from newsletter.sending.rendering import render_body
from tests import factories
from tests.markup import links_of

LIST = "/newsletter/archive/"
FEED = "/newsletter/archive/feed.atom"

pytestmark = pytest.mark.django_db


def started(article=None, **fields):
    issue = factories.issue(**fields)
    if article:
        issue.blocks.create(kind="article", article=article)
    issue.start(by=None, body=render_body(issue))
    return issue


def test_issue_is_listed_once_it_is_sent(client):
    draft = factories.issue(subject="Not yet sent")
    sent = started(subject="Sent <b>")

    page = client.get(LIST).text

    assert "Sent &lt;b&gt;" in page
    assert f"/newsletter/archive/{sent.pk}/" in links_of(page)
    assert "Not yet sent" not in page
    assert client.get(f"{LIST}{draft.pk}/").status_code == 404
    assert client.get(f"{LIST}{sent.pk}/").status_code == 200


def test_cancelled_issue_goes(client):
    issue = started()
    issue.cancel(by=None)

    assert client.get(f"{LIST}{issue.pk}/").status_code == 404


def test_withdrawn_article_disappears_from_page_and_feed(client):
    article = factories.published_article(title="Withdrawn later")
    issue = started(article)
    assert "Withdrawn later" in client.get(f"{LIST}{issue.pk}/").text
    assert "Withdrawn later" in client.get(FEED).text

    article.withdraw(by=None)

    assert "Withdrawn later" not in client.get(f"{LIST}{issue.pk}/").text
    assert "Withdrawn later" not in client.get(FEED).text


def test_mail_of_one_article_has_a_page_and_no_line(client):
    issue = started(kind="article", subject="One article")

    assert client.get(f"{LIST}{issue.pk}/").status_code == 200
    assert "One article" not in client.get(LIST).text
    assert "One article" not in client.get(FEED).text


def test_feed_names_each_issue(client):
    issue = started(subject="The week", preheader="Short")

    answer = client.get(FEED)

    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert f"http://testserver/newsletter/archive/{issue.pk}/" in answer.text
    assert client.get(FEED, HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 304


@pytest.mark.long
def test_list_has_pages_and_flat_queries(client, django_assert_num_queries):
    for _number in range(32):
        started()

    client.get(LIST)  # what is read once
    with django_assert_num_queries(3):
        first = client.get(LIST).text
    older = first.split("?before=")[1].split('"')[0]

    assert first.count("/newsletter/archive/") >= 30
    assert client.get(f"{LIST}?before={older}").status_code == 200
    assert client.get(f"{LIST}?before=x").status_code == 404
    assert client.get(f"{LIST}?before=1-1").status_code == 404
