"""Whatever stands in the address of a list of the admin: an answer, never a fault."""

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.long]

LOOKUPS = ["year=99999999", "year__gt=0", "iso_year=99999999", "gte=99999-01-01", "hour=9999999999"]


def lists():
    for model in admin.site._registry:
        options = model._meta
        yield model, reverse(f"admin:{options.app_label}_{options.model_name}_changelist")


def test_strange_filters_of_any_list_are_answered(client_of):
    client = client_of(factories.user("boss", group="Editor", is_superuser=True))
    client.raise_request_exception = False

    asked = [
        f"{url}?{field.name}__{lookup}"
        for model, url in lists()
        for field in model._meta.fields
        if isinstance(field, models.DateField)
        for lookup in LOOKUPS
    ]
    asked += [f"{url}?pk={value}" for _model, url in lists() for value in ("9" * 30, "%00", "x")]

    assert [url for url in asked if client.get(url).status_code >= 500] == []
