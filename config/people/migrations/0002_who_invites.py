"""Editors invite people and see who was invited. Administrators may do everything anyway."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def let_editors_invite(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("people")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    may = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="people", codename__in=["add_invitation", "view_invitation"]
    )
    editor, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editor")
    editor.permissions.add(*may)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_schema"),
        ("articles", "0003_roles_and_first_pages"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_editors_invite, migrations.RunPython.noop)]
