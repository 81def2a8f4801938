"""Editors write and send issues."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITOR = [
    *(f"{verb}_{row}" for verb in ("view", "add", "change", "delete") for row in ("issue", "block")),
    "send_issue",
    "view_issuestep",  # only the program adds one
]


def allow_editors(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("newsletter")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="newsletter")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editor")
    group.permissions.add(*ours.filter(codename__in=EDITOR))


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_issues"),
        ("articles", "0003_roles_and_first_pages"),
    ]

    operations = [migrations.RunPython(allow_editors, migrations.RunPython.noop)]
