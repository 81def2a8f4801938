"""What the article page offers its reader beyond the text."""

from articles.models import Contribution
from tests import factories
from tests.markup import one_line


def _text(client, article) -> str:
    return one_line(client.get(article.get_absolute_url()).text)


def test_reviewer_stands_with_credentials_and_the_policy(client, db):
    article = factories.published_article()
    rita = factories.author(name="Rita", credentials="MD, MPH")
    Contribution.objects.create(article=article, author=rita, part="reviewer")

    text = _text(client, article)

    assert '<bdi>Rita</bdi></a>, <span dir="auto">MD, MPH</span>' in text


def test_scripts_get_their_words_from_the_page(client, db):
    text = _text(client, factories.published_article(slug="rest"))

    assert 'data-copied="Link copied"' in text
    assert 'data-permalink="Link to this section"' in text
    assert '/articles/rest/" data-copied' in text


def test_paper_says_where_it_came_from(client, db):
    text = _text(client, factories.published_article(slug="rest"))

    address = text.split('<p class="on-paper">')[1].split("</p>")[0]
    assert address.endswith("/articles/rest/")


def test_preview_has_no_address_to_share(client_of, editor):
    factories.draft(slug="rest")

    text = one_line(client_of(editor).get("/articles/rest/preview/").text)

    assert 'class="tools"' not in text
    assert "on-paper" not in text
