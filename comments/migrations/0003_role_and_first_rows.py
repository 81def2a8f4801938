"""The role Moderator, as a group, and the rules and rejection reasons that a discussion starts with.

A moderator reads comments and decides on them, and changes no text and deletes nothing of readers.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ALL = ("view", "add", "change", "delete")
MODERATOR = [
    *(f"view_{row}" for row in ("comment", "decision", "report", "writer", "edit", "note")),
    "moderate_comment",
    *(f"{verb}_{row}" for verb in ALL for row in ("restriction", "rejectionreason")),
    "view_discussionsettings",
    "change_discussionsettings",
]
RULES = [
    "Write to help others: your own experience, a question, a correction with its source.",
    "Be kind to people, also where you disagree. No advertising, and nothing private about somebody else.",
    "Nobody here can examine you. Do not tell others to start or stop a medicine; with symptoms that worry you, see a"
    " doctor.",
]
REASONS = [
    "The comment gives health advice that can do harm.",
    "The comment is unkind to somebody.",
    "The comment advertises something.",
    "The comment tells private things about somebody.",
    "The comment is not about this article.",
    "The comment says something as a fact that no good source supports.",
]


def create_role(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("comments")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="comments")
    moderator, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderator")
    moderator.permissions.add(*ours.filter(codename__in=MODERATOR))


def write_first_rows(apps, schema_editor):
    apps.get_model("comments", "DiscussionSettings").objects.create(
        pk=1,
        rules="\n\n".join(RULES),
        rules_html="\n".join(f'<p dir="auto">{rule}</p>' for rule in RULES),
    )
    RejectionReason = apps.get_model("comments", "RejectionReason")
    for position, text in enumerate(REASONS, start=1):
        RejectionReason.objects.create(text=text, position=position)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_triggers_and_functions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_role, migrations.RunPython.noop),
        migrations.RunPython(write_first_rows, migrations.RunPython.noop),
    ]
