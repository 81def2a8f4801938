"""What an export has is decided for each table and column, and is told."""

import hashlib
import json
import re

from django.apps import apps
from django.conf import settings

from config.moving.archive.tables import LEFT_OUT, SCHEMA, TABLES, schema

# The sum of each schema. When a column comes, goes or changes: raise SCHEMA, and add the new sum.
SUMS = {1: "0238676b388122d9"}
SECRET = re.compile(r"password|nonce|secret|token|session|digest$|claim$")
# Keyed hashes that tell an address only to who has it already.
KEYED = {("comments.Comment", "digest"), ("newsletter.Suppression", "digest")}


def test_each_model_is_exported_or_left_out_for_a_reason():
    exported = [table.label for table in TABLES]
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}

    assert len(exported) == len(set(exported))
    assert not set(exported) & set(LEFT_OUT)
    assert models == set(exported) | set(LEFT_OUT)


def test_columns_left_out_exist():
    for table in TABLES:
        columns = {field.column for field in table.model._meta.local_concrete_fields}
        assert set(table.without) <= columns, table.label


def test_no_secret_is_exported():
    found = {
        (table.label, field.column)
        for table in TABLES
        for field in table.fields
        if SECRET.search(field.column)
    }

    assert found == KEYED


def test_schema_has_a_number_of_its_own():
    found = hashlib.sha256(json.dumps(schema()["tables"]).encode()).hexdigest()[:16]

    assert SUMS.get(SCHEMA) == found, f"raise SCHEMA, and write its sum here: {found}"


def test_page_names_each_table():
    page = (settings.BASE_DIR / "docs/exporting.md").read_text()

    missing = [label for label in [*(table.label for table in TABLES), *LEFT_OUT] if f"`{label}`" not in page]  # fmt: skip
    assert missing == []
