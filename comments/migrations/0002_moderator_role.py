"""The role Moderator, as a group: reads comments and decides on them; changes no text and deletes nothing."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODERATOR = ["view_comment", "moderate_comment", "view_decision"]


def create_role(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("comments")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    moderator, _ = Group.objects.get_or_create(name="Moderator")
    ours = Permission.objects.filter(content_type__app_label="comments", codename__in=MODERATOR)
    moderator.permissions.add(*ours)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_role, migrations.RunPython.noop)]
