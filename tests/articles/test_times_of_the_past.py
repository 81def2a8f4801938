"""Nothing tells of a change, review or correction that is still to come."""

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Article, Correction, Page
from comments.models import Comment
from config.web.moments import by_now
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def article():
    """Made by a program whose clock is a year ahead."""
    ahead = timezone.now() + timedelta(days=365)
    article = factories.published_article(topic=factories.topic(), by=factories.author())
    Article.objects.filter(pk=article.pk).update(updated_at=ahead, reviewed_at=ahead.date())
    Correction.objects.create(article=article, text="It was six.", corrected_at=ahead)
    comment = factories.approved_comment(article)
    Comment.objects.filter(pk=comment.pk).update(edited_at=ahead)
    return article


def moments(path, client):
    """Every time that an answer tells, in whatever form."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = answer.text
    found = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", text)
    days = re.findall(r'(?:datetime|lastReviewed)"?[=:] ?"(\d{4}-\d\d-\d\d)"', text)
    sent = answer.headers.get("Last-Modified")
    told = [datetime.fromisoformat(moment) for moment in found]
    return told + ([parsedate_to_datetime(sent)] if sent else []), days


def test_no_exit_tells_of_the_future(client, article):
    Page.objects.update(updated_at=timezone.now() + timedelta(days=365))
    topic, author = article.topic, article.writers[0]
    paths = [
        article.get_absolute_url(), "/", "/corrections/", topic.get_absolute_url(), "/feed/", "/feed.json",
        f"{topic.get_absolute_url()}feed/", f"{topic.get_absolute_url()}feed.json",
        f"{author.get_absolute_url()}feed/", f"{article.get_absolute_url()}comments/feed/",
        "/sitemap.xml", "/sitemap-articles-1.xml", "/sitemap-topics-1.xml", "/sitemap-authors-1.xml",
    ]  # fmt: skip

    for path in paths:
        told, days = moments(path, client)
        assert all(moment <= timezone.now() for moment in told), path
        assert all(day <= str(timezone.localdate()) for day in days), path


def test_feed_and_sitemap_still_tell_a_true_change(client):
    changed = (timezone.now() - timedelta(hours=3)).replace(microsecond=0)
    article = factories.published_article()
    Article.objects.filter(pk=article.pk).update(updated_at=changed)

    entry = ElementTree.fromstring(client.get("/feed/").content).find(f"{ATOM}entry")  # noqa: S314 - our own
    item = json.loads(client.get("/feed.json").content)["items"][0]

    assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text) == changed
    assert datetime.fromisoformat(item["date_modified"]) == changed


@pytest.mark.parametrize("field", ["updated_at", "reviewed_at"])
def test_editor_is_told_of_a_time_that_is_still_to_come(field):
    article = factories.published_article()
    ahead = timezone.now() + timedelta(days=2)
    setattr(article, field, ahead.date() if field == "reviewed_at" else ahead)

    with pytest.raises(ValidationError) as refusal:
        article.full_clean()

    assert list(refusal.value.message_dict) == [field]
    assert "in the future" in str(refusal.value)


def test_correction_of_tomorrow_is_refused():
    article = factories.published_article()
    tomorrow = timezone.now() + timedelta(days=1)

    with pytest.raises(ValidationError, match="in the future"):
        Correction(article=article, text="Six.", corrected_at=tomorrow).full_clean()


def test_time_that_has_passed_stays_as_it_is():
    past = timezone.now() - timedelta(seconds=1)

    assert by_now(past) == past
    assert by_now(past.date()) == past.date()
