"""Editors and authors find "Edit" on the public pages of what they may change; readers' pages never have it."""

import pytest
from django.core.wsgi import get_wsgi_application

from articles.models import Page
from config.web.cache.page_cache import PageCache
from tests import factories
from tests.config.wsgi import get


def edit(page):
    return "Edit this" in page.text


def pages():
    article = factories.published_article(by=factories.author(), topic=factories.topic())
    page = Page.objects.create(title="About us", slug="about-us", body="<p>We.</p>")
    return [article, article.topic, article.writers[0], page]


def test_editor_finds_a_link_to_the_form(client_of, editor):
    desk = client_of(editor)

    for row in pages():
        public = desk.get(row.get_absolute_url())
        form = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
        assert f'href="{form}"' in public.text
        assert desk.get(form).status_code == 200


def test_author_edits_the_own_page_and_no_published_article(client_of, author):
    own = factories.author(user=author)
    article = factories.published_article(by=own)
    desk = client_of(author)

    assert edit(desk.get(own.get_absolute_url()))
    assert not edit(desk.get(article.get_absolute_url()))


@pytest.mark.parametrize("group", ["", "Moderator"])
def test_people_who_may_change_nothing_find_no_link(client_of, db, group):
    desk = client_of(factories.user("mona", group=group))

    assert not any(edit(desk.get(row.get_absolute_url())) for row in pages())


def test_reader_finds_no_link_and_gets_no_cookie(client, db):
    for row in pages():
        public = client.get(row.get_absolute_url())
        assert not edit(public)
        assert not public.cookies


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_page_of_an_editor_is_neither_kept_nor_taken_from_the_kept_ones(client_of, editor):
    article = factories.published_article()
    cookie = f"sessionid={client_of(editor).cookies['sessionid'].value}"
    cache = PageCache(get_wsgi_application())
    try:
        path = article.get_absolute_url()
        first = get(cache, path, cookie=cookie)
        for_all = get(cache, path)
        again = get(cache, path, cookie=cookie)
        still = get(cache, path)
    finally:
        cache.feed.close()

    assert b"Edit this" in first.body
    assert b"Edit this" in again.body
    assert b"Edit this" not in for_all.body + still.body
    assert first.headers["Cache-Control"] == "private, no-store"
