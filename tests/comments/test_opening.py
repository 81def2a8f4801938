"""When readers may comment, and what they are told when they may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, DiscussionSettings
from tests import factories
from tests.comments.sending import send
from tests.markup import one_line

pytestmark = pytest.mark.django_db

PAGES = ["/articles/sleep-well/", "/articles/sleep-well/comments/"]


def close_after(days):
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"close_after_days": days})


@pytest.mark.parametrize("path", PAGES)
def test_comments_close_by_themselves_after_the_days_that_are_set(client, path):
    article = factories.published_article(title="Sleep well", days_ago=31)
    close_after(30)

    text = one_line(client.get(path).text)

    closed = timezone.localtime(article.published_at + timedelta(days=30))
    assert f"They closed on {closed.day} {closed:%B %Y}." in text
    assert "comment-form" not in text


def test_comment_that_comes_too_late_is_given_back(client):
    article = factories.published_article(days_ago=31)
    close_after(30)

    response = send(client, article, body="My long answer.")

    assert response.status_code == 403
    assert "My long answer." in one_line(response.text)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("days", [None, 32])
def test_comments_stay_open_until_then(client, days):
    article = factories.published_article(days_ago=31)
    close_after(days)

    assert send(client, article).status_code == 303


def test_date_of_the_article_itself_goes_before_the_rule(client):
    later = timezone.now() + timedelta(days=1)
    article = factories.published_article(days_ago=31, comments_close_at=later)
    close_after(30)

    assert send(client, article).status_code == 303


def test_article_closed_by_hand_tells_no_date(client):
    factories.published_article(title="Sleep well", comments_open=False)

    text = one_line(client.get(PAGES[0]).text)

    assert "Comments on this article are closed." in text
    assert "They closed on" not in text


def test_rules_stand_above_the_form(client):
    factories.published_article(title="Sleep well")
    rules = DiscussionSettings.current()
    rules.rules = "Be kind.\n\n<b>Always</b>."
    rules.save()

    text = one_line(client.get(PAGES[0]).text)

    assert "&lt;b&gt;Always&lt;/b&gt;" in text
    assert text.index("Be kind.") < text.index('id="comment-form"')
    assert "<summary>Rules of this discussion" not in text


def test_long_rules_are_folded(client):
    factories.published_article(title="Sleep well")
    rules = DiscussionSettings.current()
    rules.rules = "Be kind. " * 100
    rules.save()

    assert "<summary>Rules of this discussion" in one_line(client.get(PAGES[0]).text)


def test_site_without_its_row_of_settings_still_works(client):
    article = factories.published_article(title="Sleep well")
    DiscussionSettings.objects.all().delete()

    assert [client.get(path).status_code for path in PAGES] == [200, 200]
    assert send(client, article).status_code == 303
