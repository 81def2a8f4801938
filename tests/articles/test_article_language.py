"""An article in another language than the site is marked so, wherever its words stand."""

import json
import re

import pytest
from django.db import IntegrityError, transaction

from articles.admin.article_forms import ArticleForm
from articles.models import Article
from tests import factories
from tests.markup import one_line

pytestmark = pytest.mark.django_db

ARABIC = 'lang="ar" dir="rtl"'


@pytest.fixture
def arabic():
    return factories.published_article(
        title="النوم", slug="sleep", standfirst="قصير.", disclosure="لا شيء.", key_takeaways=["نم."],
        body="<h2>واحد</h2><p>نص.</p><h2>اثنان</h2><p>نص.</p><h2>ثلاثة</h2><p>نص.</p>",
        topic=factories.topic(name="Sleep", slug="rest"), language="ar", by=factories.author(),
    )  # fmt: skip


def test_words_of_the_article_carry_its_language_and_side(client, arabic):
    text = one_line(client.get("/articles/sleep/").text)

    assert f'id="article-title" {ARABIC}>' in text
    assert f'<p class="standfirst" {ARABIC}>' in text
    assert f'<div class="prose prose--article" {ARABIC}>' in text
    assert f"<ul {ARABIC}> <li>نم.</li>" in text
    assert f"<span {ARABIC}>لا شيء.</span>" in text
    assert f'<a href="#واحد" {ARABIC}>' in text
    assert '<html lang="en"' in text
    assert '<meta property="og:locale" content="ar_' in text
    assert '"inLanguage": "ar"' in text


def test_words_without_a_language_find_their_side_by_themselves(client, db):
    text = client.get(factories.published_article().get_absolute_url()).text

    assert 'id="article-title" dir="auto">' in one_line(text)
    graph = json.loads(re.search(r'ld\+json">(.*?)</script>', text)[1])["@graph"]
    page = next(thing for thing in graph if "mainEntity" in thing)
    assert page["mainEntity"]["inLanguage"] == "en"


def test_cards_and_lines_carry_it(client, arabic):
    newer = factories.published_article(title="Newer", days_ago=0)

    assert f'class="card__title" {ARABIC}>' in one_line(client.get("/topics/rest/").text)
    assert f"<strong {ARABIC}>النوم</strong>" in one_line(client.get(newer.get_absolute_url()).text)


def test_feeds_carry_it(client, arabic):
    factories.published_article(title="English")

    atom, feed = client.get("/feed/").text, client.get("/feed.json").json()

    assert atom.count('<entry xml:lang="ar">') == 1
    assert atom.count("<entry>") == 1
    assert '&lt;div lang="ar" dir="rtl"&gt;' in atom
    languages = {item["title"]: item.get("language") for item in feed["items"]}
    assert languages == {"النوم": "ar", "English": None}


@pytest.mark.parametrize(
    ("language", "direction"),
    [("", ""), ("de", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("ar-dz", "rtl"), ("zh-hans", "ltr")],
)
def test_side_follows_from_the_language(language, direction):
    assert Article(language=language).direction == direction


def test_database_takes_no_tag_that_is_none():
    for wrong in ("English", '"><script>', "e"):
        with transaction.atomic(), pytest.raises(IntegrityError, match="language_is_a_tag"):
            factories.draft(language=wrong)


def test_form_offers_names_and_the_site_first():
    choices = ArticleForm.base_fields["language"].choices

    assert choices[0] == ("", "As the site: English")
    assert ("ar", "Arabic") in choices


def test_language_is_content_of_a_revision(arabic):
    changed = factories.working_copy(arabic, language="fa")

    assert Article.objects.get(pk=arabic.pk).language == "ar"
    changed.publish_changes(by=None)
    assert Article.objects.get(pk=arabic.pk).language == "fa"
