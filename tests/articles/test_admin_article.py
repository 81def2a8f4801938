"""The article's form and list in the admin."""

from tests import factories


def test_editor_opens_every_article_page(client_of, editor):
    article = factories.published_article(by=factories.author())
    client = client_of(editor)

    for path in ("", "add/", f"{article.pk}/change/", f"{article.pk}/history/"):
        response = client.get(f"/admin/articles/article/{path}")
        assert response.status_code == 200, path
