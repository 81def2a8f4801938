"""Two people in the admin at the same moment, on two real connections."""

import threading

import pytest
from django.db import connection, transaction

from articles.models import Article
from tests import factories
from tests.articles.typed_forms import typed_article
from tests.waiting import somebody_waits, wait_until


@pytest.mark.long
def test_form_saved_during_a_publication_does_not_undo_it(transactional_db, client_of):
    editor = factories.user("edith", group="Editor")
    article = factories.draft(by=factories.author(), title="Older")
    stepped = threading.Event()

    def publish_slowly():
        try:
            with transaction.atomic():
                Article.objects.get(pk=article.pk).publish(by=editor)
                stepped.set()
                wait_until(somebody_waits)
        finally:
            connection.close()

    colleague = threading.Thread(target=publish_slowly)
    colleague.start()
    stepped.wait(60)
    client_of(editor).post(
        f"/admin/articles/article/{article.pk}/change/", typed_article(article, title="Newer")
    )
    colleague.join()

    article.refresh_from_db()
    assert (article.title, article.status) == ("Older", "published")
    assert article.with_working_copy().title == "Newer"
