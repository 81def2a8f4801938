"""Addresses and values that nobody types by accident: a clear answer, never a fault."""

import pytest

from tests import factories
from tests.articles.typed_forms import typed_article

pytestmark = pytest.mark.long

ADMIN = "/admin/articles"
NUL = "%00"


STRANGE = [
    f"article/?q={NUL}", "article/?q=" + "a" * 5000, "article/?p=zzz", "article/?p=999999999",
    "article/?o=zzz.1.-", "article/?state=nonsense", "article/?topic__id__exact=x",
    "article/?published_at__year=abc", "article/?published_at__year=99999999",
    f"article/?topic__id__exact={NUL}", f"article/{NUL}/change/", f"article/{'9' * 40}/change/",
    "article/-1/change/", "article/x/history/", "article/?_to_field=nothing",
    "article/?body__regex=(a%2B)%2B$", "article/?created_by__password__startswith=p",
    f"image/pick/?q={NUL}&p=-1", f"image/?q={NUL}", f"author/?q={NUL}", f"topic/?q={NUL}",
    f"page/{NUL}/change/", "image/pick/?p=99999999999999999999",
    f"../autocomplete/?app_label=articles&model_name=contribution&field_name=author&term={NUL}",
    "../autocomplete/?app_label=articles&model_name=article&field_name=topic&page=zzz",
    "../autocomplete/?app_label=articles&model_name=nothing&field_name=topic",
    "../autocomplete/?app_label=auth&model_name=user&field_name=password",
    "../r/999999/1/", f"../r/1/{NUL}/",
]  # fmt: skip


def test_strange_address_is_answered(client_of, editor):
    client = client_of(editor)
    client.raise_request_exception = False

    for path in STRANGE:
        response = client.get(f"{ADMIN}/{path}".replace("/articles/..", ""))

        assert response.status_code < 500, path


WRONG = [
    {"title": "x\0y"}, {"title": "x" * 201}, {"standfirst": "x" * 601}, {"body": "<p>\0</p>"},
    {"slug": "not a slug!"}, {"slug": "x" * 400}, {"topic": "x"}, {"topic": "9" * 30},
    {"reviewed_at": "yesterday"}, {"updated_at_0": "2001-99-99", "updated_at_1": "x"},
    {"note": "x" * 301}, {"_step": "delete"}, {"_step": "schedule", "publish_on_0": "x"},
    {"references-TOTAL_FORMS": "x"}, {"references-TOTAL_FORMS": "100000"},
    {"comments_close_at_0": "10000-01-01", "comments_close_at_1": "00:00"},
]  # fmt: skip


def test_strange_value_is_answered(client_of, editor):
    client = client_of(editor)
    client.raise_request_exception = False

    for fields in WRONG:
        response = client.post(f"{ADMIN}/article/add/", typed_article(**fields))

        assert response.status_code < 500, fields


@pytest.mark.parametrize("values", [("1", "0"), ("1", "-5"), ("1", "1000"), ("99999999999", "1")])
def test_strange_numbers_are_answered(client_of, editor, values):
    position, number = values
    data = typed_article(
        people=[(factories.author().pk, "author")], references=[(number, "Source")]
    ) | {"contributions-0-position": position}
    client = client_of(editor)
    client.raise_request_exception = False

    assert client.post(f"{ADMIN}/article/add/", data).status_code == 200


def test_same_person_twice_in_one_part_is_refused(client_of, editor):
    person = factories.author().pk

    response = client_of(editor).post(
        f"{ADMIN}/article/add/", typed_article(people=[(person, "author"), (person, "author")])
    )

    assert response.status_code == 200
    assert "duplicate" in response.text


def test_markup_in_a_title_is_shown_as_text(client_of, editor):
    nasty = '"><script>alert(1)</script>{name}%s'
    article = factories.draft(title=nasty)
    factories.image(title=nasty, alt_text=nasty)
    article.submit(by=editor)
    client = client_of(editor)
    data = typed_article(article, _step="publish")
    pages = [
        client.post(f"{ADMIN}/article/{article.pk}/change/", data, follow=True),
        *(client.get(f"{ADMIN}/{path}") for path in ("article/", "image/", "image/pick/")),
        client.get(f"{ADMIN}/article/{article.pk}/history/"),
        client.get("/admin/"),
    ]

    assert not any("<script>alert(1)" in page.text for page in pages)
