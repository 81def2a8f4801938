"""The roles Author and Editor, as groups, and the pages that a publication starts with.

That authors see and change their own articles only is a rule of ArticleQuerySet, not of a permission.
"""

from pathlib import Path

from django.contrib.auth.management import create_permissions
from django.db import migrations

ALL = ("view", "add", "change", "delete")
AUTHOR = [
    *(f"{verb}_article" for verb in ("view", "add", "change")),
    *(f"{verb}_{row}" for verb in ALL for row in ("contribution", "reference")),
    *(f"{verb}_image" for verb in ("view", "add", "change")),
    *(f"{verb}_author" for verb in ("view", "change")),
    *(f"{verb}_authorlink" for verb in ALL),
    "view_topic",
    "view_correction",
    "view_revision",
]
LIBRARY = ("article", "author", "authorlink", "contribution", "correction", "image", "page", "reference", "topic")
EDITOR = [
    *(f"{verb}_{row}" for verb in ALL for row in LIBRARY),
    "publish_article",
    "edit_any_article",
    "view_revision",  # only the program adds one
]
PAGES = [  # about the publication, about what is stored of readers, and about what “Reviewed by” means
    ("about", "About"),
    ("privacy", "Privacy"),
    ("review-policy", "How we review"),
]


def create_roles(apps, schema_editor):
    # Permissions are made after all migrations; the groups need them now.
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="articles")
    for name, codenames in (("Author", AUTHOR), ("Editor", EDITOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*ours.filter(codename__in=codenames))


def write_first_pages(apps, schema_editor):
    folder = Path(__file__).parent / "first_pages"
    for slug, title in PAGES:
        body = (folder / f"{slug}.html").read_text(encoding="utf-8").rstrip("\n")
        apps.get_model("articles", "Page").objects.create(slug=slug, title=title, body=body)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_triggers_and_functions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_roles, migrations.RunPython.noop),
        migrations.RunPython(write_first_pages, migrations.RunPython.noop),
    ]
