"""No text column of ours keeps control characters, whoever writes."""

import json

import pytest
from django import forms
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Author, Revision
from config.web.text import fields as text_fields
from config.web.text.characters import for_xml, is_blank, one_line, tidy
from tests import factories

OURS = {"articles", "comments", "newsletter", "web", "config"}
KINDS = (
    text_fields.CharField, text_fields.TextField, text_fields.SlugField, text_fields.URLField,
    text_fields.EmailField, text_fields.JSONField,
)  # fmt: skip
# Its name is made by articles.pictures.picture_files, never typed.
GENERATED = {"articles.Image.file"}
DIRTY = "a\x00b\x07c\x0bd\x0ce\x85f\u2028g\ud800h\ufffei\ufdd0j\ufeffk\x9fl"
ON_ONE_LINE = "abc d e f ghijkl"
ON_LINES = "abc\nd\ne\nf\nghijkl"


def text_columns():
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.local_concrete_fields:
                inner = field.base_field if isinstance(field, ArrayField) else field
                if isinstance(
                    inner, models.CharField | models.TextField | models.JSONField | models.FileField
                ):
                    yield f"{model._meta.label}.{field.name}", inner


def test_every_text_column_is_of_a_kind_that_keeps_no_control_characters():
    columns = dict(text_columns())

    assert len(columns) > 70
    assert [name for name, field in columns.items() if not isinstance(field, KINDS)] == [*GENERATED]


def through_save():
    Author.objects.create(name=DIRTY, bio=DIRTY)


def through_bulk_create():
    Author.objects.bulk_create([Author(name=DIRTY, bio=DIRTY, slug="a")])


def through_update():
    factories.author()
    Author.objects.update(name=DIRTY, bio=DIRTY)


def through_bulk_update():
    row = factories.author()
    row.name = row.bio = DIRTY
    Author.objects.bulk_update([row], ["name", "bio"])


def through_update_or_create():
    Author.objects.update_or_create(slug="a", defaults={"name": DIRTY, "bio": DIRTY})


@pytest.mark.parametrize(
    "write", [through_save, through_bulk_create, through_update, through_bulk_update, through_update_or_create]
)  # fmt: skip
def test_whatever_way_a_row_is_written_its_texts_are_tidy(db, write):
    write()

    assert Author.objects.values_list("name", "bio").get() == (ON_ONE_LINE, ON_LINES)


def test_row_in_hand_has_what_was_kept(db):
    author = Author.objects.create(name=DIRTY, bio=DIRTY)

    assert (author.name, author.bio) == (ON_ONE_LINE, ON_LINES)


def test_arrays_and_json_are_tidy_too(db):
    article = factories.draft(key_takeaways=[DIRTY, "b"])
    Revision.objects.filter(article=article).delete()
    Revision.objects.create(
        article=article, action="saved", content={"ti\x0btle": [DIRTY, {"x": DIRTY}]}
    )

    article.refresh_from_db()
    assert article.key_takeaways == [ON_ONE_LINE, "b"]
    assert Revision.objects.get().content == {"ti\ntle": [ON_LINES, {"x": ON_LINES}]}


@pytest.mark.parametrize("kind", [*KINDS, text_fields.ShortTextField])
def test_migrations_know_the_field_as_one_of_django(kind):
    path = kind().deconstruct()[1]

    assert path.startswith("django.db.models.")
    assert issubclass(kind, import_string(path))


@pytest.mark.parametrize(
    ("kind", "widget"),
    [
        (text_fields.CharField, forms.TextInput),
        (text_fields.ShortTextField, forms.Textarea),
        (text_fields.TextField, forms.Textarea),
    ],
)
def test_form_asks_for_lines_where_the_column_keeps_them(kind, widget):
    field = kind().formfield()

    assert type(field.widget) is widget
    assert field.clean("a\x00b") == "ab"


def test_name_keeps_nothing_that_turns_the_text_around_it(db):
    author = factories.author(name="\u202eAda\u2066 \u200fLöv\u2069")

    author.refresh_from_db()
    assert author.name == "Ada Löv"


def test_text_of_the_editor_is_tidy_in_all_that_is_made_of_it(db):
    article = factories.draft(title="T\x0bwo", body="<p>a\x0bb\x00c&#11;d&#0;</p><h2>x\x07y</h2>")

    texts = " ".join(
        [
            article.title,
            article.slug,
            article.body,
            article.body_html,
            article.plain_text,
            json.dumps(article.contents),
        ]
    )
    assert "\\u00" not in json.dumps(texts)
    assert article.slug == "t-wo"


@pytest.mark.parametrize(
    "text", ["\x0b", "\u200b\u00ad", "\u3164", "\u2800", "\ufe0f", "\U000e0041"]
)
def test_name_that_nobody_sees_is_an_empty_one(client_of, editor, text):
    data = {"name": f" {text} ", "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}

    response = client_of(editor).post("/admin/articles/author/add/", data)

    assert response.context["adminform"].form.errors["name"] == ["This field is required."]
    assert not Author.objects.exists()


def test_form_of_the_admin_takes_what_was_pasted_from_a_word_processor(client_of, editor):
    data = {"name": "Ada\x0bLöv\x00\r\n", "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}

    client_of(editor).post("/admin/articles/author/add/", data)

    assert Author.objects.get().name == "Ada Löv"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x00"])
def test_text_that_postgresql_refuses_breaks_no_query(db, text):
    assert not Author.objects.filter(name=text + "?").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, %s::text[]", [text, [text]])
        assert "\x00" not in cursor.fetchone()[0]


@given(st.text(st.characters(categories=None, exclude_categories=[])))
def test_what_is_tidy_stays_and_can_be_written(text):
    for rule in (tidy, one_line, for_xml):
        once = rule(text)

        assert rule(once) == once
        once.encode()
    assert len(one_line(text).splitlines()) <= 1
    assert all(ord(c) >= 32 or c in "\n\t" for c in tidy(text))


@pytest.mark.parametrize("text", ["a", "ı", "漢", "🙂", ".", "\U0001faef", "हि"])
def test_text_with_something_to_see_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["", " \u3000\u00a0", "\u200b\u2060\ufeff", "\u0301", "\x1b", "\u115f\u1160\uffa0"])  # fmt: skip
def test_text_with_nothing_to_see_is_blank(text):
    assert is_blank(text)
