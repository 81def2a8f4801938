"""The roles Author and Editor, as groups. Object rules (own articles only) live in ArticleQuerySet."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

AUTHOR = [
    *(f"{verb}_article" for verb in ("view", "add", "change")),
    *(f"{verb}_{row}" for verb in ("view", "add", "change", "delete") for row in ("contribution", "reference")),
    *(f"{verb}_image" for verb in ("view", "add", "change")),
    *(f"{verb}_author" for verb in ("view", "change")),
    *(f"{verb}_authorlink" for verb in ("view", "add", "change", "delete")),
    "view_topic",
    "view_correction",
    "view_revision",
]


def create_roles(apps, schema_editor):
    # Permissions are made after all migrations; the groups need them now.
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    ours = Permission.objects.filter(content_type__app_label="articles")
    author, _ = Group.objects.get_or_create(name="Author")
    author.permissions.add(*ours.filter(codename__in=AUTHOR))
    editor, _ = Group.objects.get_or_create(name="Editor")
    # Revisions and former slugs are only ever added to, by the program.
    editor.permissions.add(*ours.exclude(content_type__model__in=["revision", "formerslug"]))
    editor.permissions.add(*ours.filter(codename="view_revision"))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
