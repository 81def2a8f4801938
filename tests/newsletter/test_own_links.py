"""An editor is warned of links that lead to no public page of the site."""

import pytest

from newsletter.composing.own_links import broken_own_links
from newsletter.composing.warnings import warnings_of
from newsletter.sending.rendering import render_body
from tests import factories

pytestmark = pytest.mark.django_db


def broken(*paths):
    html = "".join(f'<p><a class="x" href="http://testserver{path}">x</a></p>' for path in paths)
    return [link.removeprefix("http://testserver") for link in broken_own_links(html)]


def test_pages_that_readers_see_are_no_fault():
    article = factories.published_article(title="Beds")
    topic, author = factories.topic(name="Sleep"), factories.author(name="Ada")
    issue = factories.started_issue()
    paths = ["/", "/about/", "/archive/", "/search/?q=a&amp;b", "/newsletter/archive/"]

    assert (
        broken(*paths, *(row.get_absolute_url() for row in (article, topic, author, issue))) == []
    )


def test_others_are_named_once_in_their_order():
    draft = factories.draft(title="Later").get_absolute_url()
    wrong = ["/nowhere/", draft, "/topics/none/", "/authors/none/", "/no/such/page/"]
    wrong += ["/newsletter/archive/999/", "/admin/", f"{draft}preview/", "/articles/b%C3%A4r/"]

    assert broken(*wrong, *wrong) == wrong


def test_former_address_of_a_public_article_is_no_fault():
    article = factories.published_article(title="Beds")
    before = article.get_absolute_url()
    article.slug = "other"
    article.save()
    hidden = factories.draft(title="Hidden")
    hidden.slug = "moved"
    hidden.save()

    assert broken(before, "/articles/hidden/") == ["/articles/hidden/"]


def test_other_sites_and_slots_are_not_looked_at():
    html = '<a href="https://elsewhere.example/nowhere/">x</a><a href="https://unsubscribe-url.slot.invalid/">y</a>'

    assert broken_own_links(html) == []


def test_editor_is_told_on_the_issue(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "Street 1"
    issue = factories.issue(preheader="x")
    issue.blocks.create(kind="button", text="Read", url="http://testserver/nowhere/")
    issue.blocks.create(kind="article", article=factories.draft(title="Later"))

    said = warnings_of(issue, render_body(issue, with_unpublished=True))

    assert [text for text in said if "/nowhere/" in text]
    assert len(said) == 2  # and that the article is not published


@pytest.mark.long
def test_links_take_a_query_a_kind(django_assert_num_queries):
    articles = [factories.published_article().get_absolute_url() for _number in range(20)]

    with django_assert_num_queries(5):  # two for articles and topics, which have former addresses
        broken(*articles, "/about/", "/topics/none/")
