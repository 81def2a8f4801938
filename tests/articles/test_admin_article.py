"""Writing an article in the admin: the form, its inlines, what a save leaves behind."""

import pytest

from articles.models import Article, Reference, Revision
from tests import factories
from tests.articles.typed_forms import opened, typed_article

ADD = "/admin/articles/article/add/"


def change(article):
    return f"/admin/articles/article/{article.pk}/change/"


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_editor_opens_every_article_page(client_of, editor):
    article = factories.published_article(by=factories.author())
    client = client_of(editor)

    for path in ("", "add/", f"{article.pk}/change/", f"{article.pk}/history/"):
        assert client.get(f"/admin/articles/article/{path}").status_code == 200, path


def test_saved_text_is_clean(client_of, editor):
    data = typed_article(body='<p onclick="x()">Hello<script>alert(1)</script></p>')

    client_of(editor).post(ADD, data)

    assert Article.objects.get().body == "<p>Hello</p>"


def test_new_article_is_under_its_writers_name(client_of, author):
    page = factories.author(name="Arthur Reed", user=author)

    client_of(author).post(ADD, typed_article())

    article = Article.objects.get()
    assert article.created_by == author
    assert article.writers == [page]


def test_named_people_stay_as_typed(client_of, author):
    factories.author(user=author)
    other = factories.author()

    client_of(author).post(ADD, typed_article(people=[(other.pk, "author")]))

    assert Article.objects.get().writers == [other]


def test_people_without_position_keep_their_order(client_of, editor):
    first, second = factories.author(name="Z"), factories.author(name="A")

    client_of(editor).post(ADD, typed_article(people=[(first.pk, "author"), (second.pk, "author")]))

    positions = Article.objects.get().contributions.values_list("author__name", "position")
    assert list(positions) == [("Z", 0), ("A", 1)]


def test_key_takeaways_are_one_a_line(client_of, editor):
    client_of(editor).post(ADD, typed_article(key_takeaways=" One \n\nAnother  one\n"))

    assert Article.objects.get().key_takeaways == ["One", "Another one"]


def test_too_long_takeaway_is_named_and_kept(client_of, editor):
    response = client_of(editor).post(ADD, typed_article(key_takeaways="ok\n" + "x" * 301))

    assert "Line 2 has 301 characters" in response.text
    assert "x" * 301 in response.text
    assert not Article.objects.exists()


def test_references_without_number_get_the_next(client_of, editor):
    data = typed_article(references=[("", "First"), (7, "Seventh"), ("", "Next")])

    client_of(editor).post(ADD, data)

    found = Reference.objects.values_list("number", "text")
    assert sorted(found) == [(7, "Seventh"), (8, "First"), (9, "Next")]


def test_marks_link_to_references_saved_with_them(client_of, editor):
    client_of(editor).post(ADD, typed_article(body="<p>So [1].</p>", references=[(1, "Source")]))

    assert 'href="#ref-1"' in Article.objects.get().body_html


def test_references_may_swap_their_numbers(client_of, editor):
    article = factories.draft()
    for number, text in ((1, "one"), (2, "two"), (3, "three")):
        article.references.create(number=number, text=text)
    swapped = {"references-0-number": 2, "references-1-number": 1}

    client_of(editor).post(change(article), typed_article(article, **swapped))

    found = article.references.values_list("number", "text")
    assert list(found) == [(1, "two"), (2, "one"), (3, "three")]


def test_number_of_a_removed_reference_is_free_at_once(client_of, editor):
    article = factories.draft()
    article.references.create(number=1, text="one")
    article.references.create(number=2, text="two")
    data = typed_article(article) | {"references-0-DELETE": "on", "references-1-number": 1}

    client_of(editor).post(change(article), data)

    assert list(article.references.values_list("number", "text")) == [(1, "two")]


def test_two_references_cannot_have_one_number(client_of, editor):
    response = client_of(editor).post(ADD, typed_article(references=[(1, "a"), (1, "b")]))

    assert "duplicate" in response.text
    assert not Article.objects.exists()


def test_editor_is_told_of_marks_and_references_that_do_not_meet(client_of, editor):
    data = typed_article(body="<p>So [4].</p>", references=[(1, "Source")])

    response = client_of(editor).post(ADD, data, follow=True)

    assert "These citations have no reference: [4]." in said(response)
    assert "These references are not cited in the text: 1." in said(response)


def test_editor_is_told_of_a_picture_from_elsewhere(client_of, editor):
    data = typed_article(body='<p>x</p><img src="https://elsewhere.example/a.jpg" alt="">')

    response = client_of(editor).post(ADD, data, follow=True)

    assert any("A picture was left out" in text for text in said(response))


def test_a_save_leaves_one_revision_with_its_reason(client_of, editor):
    article = factories.draft()
    data = typed_article(article, title="Better", note="Typo", references=[(1, "a")])

    client_of(editor).post(change(article), data)

    revision = Revision.objects.get()
    assert (revision.action, revision.by, revision.reason) == ("saved", editor, "Typo")
    assert revision.content["title"] == "Better"
    assert revision.content["references"] == [{"number": 1, "text": "a", "url": ""}]


def test_a_save_without_change_leaves_no_revision(client_of, editor):
    article = factories.draft(body="<p>One</p><p>Two</p>", key_takeaways=["a", "b"])
    as_browsers_send_it = {
        "body": article.body.replace("\n", "\r\n"),
        "key_takeaways": "a\r\nb",
        "note": "Nothing",
    }

    client_of(editor).post(change(article), typed_article(article, **as_browsers_send_it))

    assert not Revision.objects.exists()


def test_save_never_brings_back_an_old_status(client_of, editor):
    article = factories.published_article()
    before = article.published_at

    client_of(editor).post(change(article), typed_article(article, title="New", status="draft"))

    article.refresh_from_db()
    assert (article.with_working_copy().title, article.status) == ("New", "published")
    assert article.published_at == before


def test_text_that_somebody_saved_meanwhile_is_not_overwritten(client_of, editor):
    article = factories.draft()
    client = client_of(editor)
    data = typed_article(article, title="Mine") | opened(client, change(article))
    article.title = "By somebody else"
    article.save()

    response = client.post(change(article), data)

    article.refresh_from_db()
    assert article.title == "By somebody else"
    assert "changed this after you opened it" in response.text
    assert "Mine</textarea>" in response.text


def test_saving_again_overwrites_knowingly(client_of, editor):
    article = factories.draft()
    data = typed_article(article, title="Mine")
    client = client_of(editor)
    answer = client.post(change(article), data | {"opened_state": "another"})

    client.post(change(article), data | {"opened_state": answer.context["opened_state"]})

    article.refresh_from_db()
    assert article.title == "Mine"


@pytest.mark.long
def test_figures_get_the_size_of_their_picture(client_of, editor):
    image = factories.image()
    body = f'<figure><img src="{image.file.url}" alt="x" data-file="{image.pk}"></figure>'

    client_of(editor).post(ADD, typed_article(body=body))

    assert 'width="60" height="40"' in Article.objects.get().body_html


def test_title_is_one_line_however_it_was_typed(client_of, editor):
    client_of(editor).post(ADD, typed_article(title="Stairs\r\ncount  too\n"))

    assert Article.objects.get().title == "Stairs count  too"


def test_hero_is_chosen_from_the_library(client_of, editor):
    image = factories.image()

    client_of(editor).post(ADD, typed_article(hero=image.pk))

    assert Article.objects.get().hero == image


def test_unknown_hero_is_refused_with_the_text_kept(client_of, editor):
    for hero in ("999999", "x", "9" * 40):
        response = client_of(editor).post(ADD, typed_article(hero=hero, title="Kept"))
        assert response.status_code == 200
        assert "Kept</textarea>" in response.text


@pytest.mark.long
def test_list_of_fifty_takes_few_queries(client_of, editor, django_assert_max_num_queries):
    topic = factories.topic()
    for _number in range(20):
        factories.published_article(by=factories.author(), topic=topic)
    client = client_of(editor)
    client.get("/admin/articles/article/")

    with django_assert_max_num_queries(14):
        client.get("/admin/articles/article/")


@pytest.mark.long
def test_form_takes_few_queries_however_many_references(
    client_of, author, editor, django_assert_max_num_queries
):
    article = factories.draft(by=factories.author(user=author))
    for number in range(1, 31):
        article.references.create(number=number, text="Source")

    for person in (author, editor):
        client = client_of(person)
        client.get(change(article))
        with django_assert_max_num_queries(17):
            client.get(change(article))


def test_list_filters_by_what_people_call_status(client_of, editor):
    rows = {
        "draft": factories.draft(),
        "scheduled": factories.scheduled_article(),
        "published": factories.published_article(),
    }
    rows["approved"] = factories.draft()
    rows["approved"].approve(by=None)
    rows["withdrawn"] = factories.published_article()
    rows["withdrawn"].withdraw(by=None)
    client = client_of(editor)

    for state, article in rows.items():
        response = client.get(f"/admin/articles/article/?state={state}")
        assert [row.pk for row in response.context["cl"].result_list] == [article.pk], state


def test_scheduled_article_whose_time_has_come_counts_as_published(client_of, editor, clock):
    article = factories.scheduled_article(days_ahead=1)
    clock.shift(days=2)

    response = client_of(editor).get("/admin/articles/article/?state=published")

    assert [row.pk for row in response.context["cl"].result_list] == [article.pk]


def test_list_searches_title_and_standfirst(client_of, editor):
    found = factories.draft(standfirst="About melatonin")
    factories.draft()

    response = client_of(editor).get("/admin/articles/article/?q=melatonin")

    assert [row.pk for row in response.context["cl"].result_list] == [found.pk]


def test_view_on_site_is_the_preview_until_readers_see_it(client_of, editor):
    article = factories.draft(by=factories.author())
    client = client_of(editor)
    before = client.get(change(article)).context["absolute_url"]
    article.publish(by=editor)

    assert before == f"/articles/{article.slug}/preview/"
    assert client.get(change(article)).context["absolute_url"] == f"/articles/{article.slug}/"


def test_published_article_is_withdrawn_before_it_is_deleted(client_of, editor):
    article = factories.published_article()
    client = client_of(editor)
    refused = client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    assert Article.objects.exists()
    article.withdraw(by=editor)

    client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})

    assert refused.status_code == 302
    assert refused.headers["Location"] == change(article)
    assert not Article.objects.exists()
