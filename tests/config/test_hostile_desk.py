"""What nobody types by accident at the desk gets an answer that says what is wrong, and never a fault."""

import json

import pytest
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField
from django.utils import timezone

from config.web.audit import AuditEntry
from config.web.editing.moment_fields import MomentField
from config.web.editing.related_rows import ChosenRow
from config.web.text.json_text import read_json
from tests import factories
from tests.config.admin_kinds import KINDS, address

pytestmark = pytest.mark.django_db

DEEP = "[" * 100_000


@pytest.fixture
def root():
    return factories.user("root", group="Editor", is_superuser=True)


@pytest.fixture
def desk(client_of, root):
    return client_of(root)


# JSON


@pytest.mark.parametrize("text", [DEEP, DEEP.encode(), "{", "", "1" * 5_000, b"\xff"])
def test_text_that_is_no_json_or_nests_too_deeply_is_told_apart_by_one_error(text):
    with pytest.raises(ValueError):
        read_json(text)


def test_passkey_that_nests_too_deeply_is_refused(desk):
    place = "/admin/you/second-factor/passkey/begin/"

    assert desk.post(place, DEEP, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "sent",
    [
        DEEP,
        "{",
        json.dumps({"values": 5}),
        json.dumps({"values": {"name": 5, "name_0": [5, None]}}),
    ],
)
def test_other_version_of_a_field_that_our_form_did_not_send_is_left_alone(desk, sent):
    topic = factories.topic()
    typed = {"name": "", "opened_fields": sent, "opened_state": "x", "other-name": sent}

    for button in ({}, {"_exchange": "name"}):
        response = desk.post(address(topic), typed | button)

        assert response.status_code == 200
        assert "errorlist" in response.text


@pytest.mark.parametrize(
    "sent", [5, {"entries-TOTAL_FORMS": 1}, {"entries-TOTAL_FORMS": [], "entries-0-article": 5}]
)
def test_other_version_of_rows_that_our_form_did_not_send_is_left_alone(desk, sent):
    series = factories.series(factories.draft())
    typed = {
        "title": "",
        "entries-TOTAL_FORMS": "0",
        "entries-INITIAL_FORMS": "0",
        "opened_state": "x",
    }
    typed["other-rows-entries"] = json.dumps({"values": sent})

    for button in ({}, {"_exchange": "rows-entries"}):
        assert desk.post(address(series), typed | button).status_code == 200


def test_number_of_rows_that_no_form_has_is_cut(desk):
    series = factories.series(factories.draft())
    typed = {"title": "S", "opened_state": "x", "entries-TOTAL_FORMS": "1" + "0" * 11}

    assert (
        desk.post(address(series), typed | {"entries-INITIAL_FORMS": "9" * 11}).status_code == 200
    )


# Lists


@pytest.mark.parametrize("kind", ["regex", "iregex"])
def test_list_is_not_filtered_by_a_pattern(desk, kind):
    factories.draft()

    for pattern in ("(", "(a+)+$"):
        response = desk.get("/admin/articles/article/", {f"title__{kind}": pattern})

        assert response.status_code == 400


def test_export_by_a_filter_that_there_is_not_is_refused_and_not_noted(desk):
    for query in ("requested_at__gte=abc", "nothing=1", "requested_at__day=x"):
        assert desk.get(f"/admin/newsletter/subscriber/export/?{query}").status_code == 400, query
    assert not AuditEntry.objects.filter(action="exported").exists()


# Forms


def test_form_of_a_new_row_takes_nothing_from_the_address(desk):
    for model, (_make, name) in KINDS.items():
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
        odd = {field.name: "odd words" for field in model._meta.fields} | {"publish_on": "zzz"}

        response = desk.get(place, odd | {name: "odd words"})

        assert response.status_code in {200, 403}, model
        assert ">odd words<" not in response.text and 'value="odd words"' not in response.text, (
            model
        )


def admin_classes():
    for model_admin in admin.site._registry.values():
        yield model_admin
        yield from (kind(model_admin.model, admin.site) for kind in model_admin.inlines)


def fields_of(model_admin, request):
    for name in {field.name for field in model_admin.model._meta.fields if field.editable}:
        field = model_admin.model._meta.get_field(name)
        yield field, model_admin.formfield_for_dbfield(field, request=request)


def test_whatever_is_searched_for_and_chosen_stands_a_value_that_is_no_key(rf, root):
    request = rf.get("/")
    request.user = root
    widgets = [
        getattr(shown.widget, "widget", shown.widget)
        for model_admin in admin_classes()
        for _field, shown in fields_of(model_admin, request)
        if shown is not None
    ]
    chosen = [widget for widget in widgets if isinstance(widget, AutocompleteSelect)]

    assert len(chosen) > 6
    assert all(isinstance(widget, ChosenRow) for widget in chosen)


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "1,2", "٣"])
def test_choice_that_is_no_key_comes_back_with_an_error(desk, odd):
    typed = {"path": "/old/", "status": "301", "article": odd}

    response = desk.post("/admin/moving/redirect/add/", typed)

    assert response.status_code == 200
    assert "errorlist" in response.text


def test_every_time_that_is_typed_at_the_desk_has_a_year_that_each_zone_has(rf, root):
    request = rf.get("/")
    request.user = root
    moments = [
        (model_admin, field.name)
        for model_admin in admin_classes()
        if model_admin.model in KINDS
        or model_admin.model._meta.app_label in {"articles", "newsletter"}
        for field, shown in fields_of(model_admin, request)
        if isinstance(field, DateTimeField) and not isinstance(shown, MomentField)
    ]

    assert moments == []


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_year_that_is_not_in_each_time_zone_is_refused(zone):
    field = MomentField()

    with timezone.override(zone):
        for day in ("0001-01-01", "1499-12-31", "3000-01-01", "9999-12-31"):
            with pytest.raises(ValidationError, match="Enter a year from 1500 to 2999"):
                field.clean([day, "23:59"])
        assert field.clean(["2999-12-31", "23:59"]).year == 2999
        assert field.clean(["1500-01-01", "00:00"]).year == 1500


@pytest.mark.parametrize(
    "seen", ["0001-01-01T00:00:00+14:00", "2001-01-01T00:00:00", "x", "2001-99-01T00:00Z"]
)
def test_article_is_not_moved_from_a_time_that_cannot_be(desk, seen):
    article = factories.scheduled_article(by=factories.author())

    response = desk.post(
        "/admin/calendar/move/",
        {"article": article.pk, "seen": seen, "day": "2099-01-01"},
        follow=True,
    )

    assert "The calendar has changed." in response.text


@pytest.mark.parametrize("seen", ["1" * 5_000, "9" * 19, "-1", "x", ""])
def test_review_of_a_revision_that_cannot_be_is_refused(desk, seen):
    article = factories.published_article(by=factories.author())

    response = desk.post(
        f"/admin/articles/article/{article.pk}/reviewed/", {"seen": seen}, follow=True
    )

    assert response.status_code == 200
    assert article.revisions.filter(action="reviewed").count() == 0


def test_line_of_redirects_with_an_answer_that_is_none_is_named(desk):
    from django.core.files.uploadedfile import SimpleUploadedFile

    for answer in ("9" * 5_000, "moved", "200", "-301"):
        file = SimpleUploadedFile("r.csv", f"/old/,/about/,{answer}\n".encode())

        response = desk.post("/admin/moving/redirect/import/", {"file": file})

        assert "Line 1" in response.text, answer
