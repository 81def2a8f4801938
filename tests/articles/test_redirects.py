"""Addresses are promises: what was renamed is found under its old name, if readers may see it."""

from tests import factories


def _rename(row, slug: str) -> None:
    row.slug = slug
    row.save()


def test_renamed_article_is_found_for_ever(client, db):
    article = factories.published_article(slug="old-name")
    _rename(article, "newer-name")
    _rename(article, "newest-name")

    for path in ("/articles/old-name/", "/articles/newer-name/"):
        response = client.get(path)
        assert response.status_code == 301
        assert response.headers["Location"] == "/articles/newest-name/"


def test_renamed_author_and_topic_are_found(client, db):
    ada, topic = factories.author(slug="ada"), factories.topic(slug="rest")
    factories.published_article(by=ada, topic=topic)
    _rename(ada, "ada-l")
    _rename(topic, "sleep")

    assert client.get("/authors/ada/").headers["Location"] == "/authors/ada-l/"
    assert client.get("/topics/rest/").headers["Location"] == "/topics/sleep/"


def test_old_name_of_unpublished_work_tells_nothing(client, db):
    ada = factories.author(slug="ada")
    draft = factories.draft(slug="old-draft", by=ada)
    scheduled = factories.scheduled_article(slug="old-plan")
    for row, slug in ((draft, "new-draft"), (scheduled, "new-plan"), (ada, "ada-l")):
        _rename(row, slug)

    for path in ("/articles/old-draft/", "/articles/old-plan/", "/authors/ada/"):
        assert client.get(path).status_code == 404


def test_present_name_wins_over_a_former_one(client, db):
    renamed = factories.published_article(slug="sleep", title="First")
    _rename(renamed, "sleep-again")
    factories.published_article(slug="sleep", title="Second")

    response = client.get("/articles/sleep/")

    assert response.status_code == 200
    assert "Second" in response.text
