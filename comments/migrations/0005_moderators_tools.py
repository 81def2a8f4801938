"""What moderators may do beside deciding, and sentences to begin with."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODERATOR = [
    "view_report",
    "view_writer",
    "view_edit",
    "view_note",
    *(f"{verb}_restriction" for verb in ("view", "add", "change", "delete")),
    *(f"{verb}_rejectionreason" for verb in ("view", "add", "change", "delete")),
    *(f"{verb}_discussionsettings" for verb in ("view", "change")),
]
RULES = """Write to help others: your own experience, a question, a correction with its source.

Be kind to people, also where you disagree. No advertising, and nothing private about somebody else.

Nobody here can examine you. Do not tell others to start or stop a medicine; with symptoms that worry you, see a doctor."""
REASONS = [
    "The comment gives health advice that can do harm.",
    "The comment is unkind to somebody.",
    "The comment advertises something.",
    "The comment tells private things about somebody.",
    "The comment is not about this article.",
    "The comment says something as a fact that no good source supports.",
]


def create_permissions_now(apps):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("comments")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None


def widen_role(apps, schema_editor):
    create_permissions_now(apps)
    Permission = apps.get_model("auth", "Permission")
    moderator = apps.get_model("auth", "Group").objects.get(name="Moderator")
    ours = Permission.objects.filter(content_type__app_label="comments", codename__in=MODERATOR)
    moderator.permissions.add(*ours)


def begin(apps, schema_editor):
    from comments.plain_text import as_html

    DiscussionSettings = apps.get_model("comments", "DiscussionSettings")
    DiscussionSettings.objects.get_or_create(
        pk=1, defaults={"rules": RULES, "rules_html": as_html(RULES)}
    )
    RejectionReason = apps.get_model("comments", "RejectionReason")
    for position, text in enumerate(REASONS, start=1):
        RejectionReason.objects.get_or_create(text=text, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_counts")]

    operations = [
        migrations.RunPython(widen_role, migrations.RunPython.noop),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
