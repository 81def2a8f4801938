"""Deliveries are made in batches, numbers of the list are kept, and parts of addresses are found by an index."""

import django.contrib.postgres.indexes
import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_schema"),  # has pg_trgm
        ("newsletter", "0006_choices_and_articles_at_once"),
    ]

    operations = [
        migrations.AddField(
            "issue",
            "filled_up_to",
            models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            "issue",
            "last_subscriber",
            models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name="ListFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted_at", models.DateTimeField()),
                ("statuses", models.JSONField()),
                ("months", models.JSONField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddIndex(
            "subscriber",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.Upper("email"), "gin_trgm_ops"
                ),
                fastupdate=False,
                name="subscriber_email_part",
            ),
        ),
    ]
