"""What a moderator was told is remembered by time, so that changed comments are told too; and an alarm can be owed."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_moderators_tools")]

    operations = [
        migrations.RemoveField("moderatormail", "told_up_to"),
        migrations.AddField(
            "moderatormail",
            "told_until",
            models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            "moderatormail", "alarm", models.BooleanField(default=False, editable=False)
        ),
        migrations.AlterField(
            "moderatormail",
            "frequency",
            models.CharField(
                choices=[
                    ("never", "No mail"),
                    ("at_once", "At once, at most every 15 minutes"),
                    ("hourly", "Every hour, on the hour"),
                    ("daily", "Every day, at seven in the morning"),
                ],
                default="never",
                max_length=7,
                verbose_name="comments by mail",
            ),
        ),
        migrations.AddIndex(
            "decision",
            models.Index(fields=["became", "-at", "-id"], name="decision_became"),
        ),
    ]
