"""Lists of writers and reports, and what was edited lately, are found without sorting what is there."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0009_writers_mail")]

    operations = [
        migrations.AlterModelOptions(
            "writer",
            options={
                "ordering": ["-first_seen_at", "-pk"],
                "verbose_name": "writer",
                "verbose_name_plural": "writers",
            },
        ),
        migrations.AddIndex(
            "writer", models.Index(fields=["-first_seen_at", "-id"], name="writer_newest")
        ),
        migrations.AddIndex(
            "report", models.Index(fields=["-at", "-id"], name="report_newest")
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["edited_at"], name="comment_edited", condition=Q(edited_at__isnull=False)
            ),
        ),
    ]
