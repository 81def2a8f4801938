"""Indexes that answer what changed last, in a file of the sitemap, in a topic, in the admin's list."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Greatest

PUBLIC = Q(status__in=["approved", "published"], published_at__isnull=False)
CHANGED = Greatest("published_at", "updated_at")
ROWS_IN_FILE = 10_000


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_month_counts")]

    operations = [
        migrations.AddIndex(
            "article",
            models.Index(
                (F("id") - 1) / ROWS_IN_FILE,
                CHANGED.desc(),
                name="article_file_changed",
                condition=PUBLIC,
            ),
        ),
        migrations.AddIndex(
            "article",
            models.Index(
                F("topic"), CHANGED.desc(), name="article_topic_changed", condition=PUBLIC
            ),
        ),
        migrations.AddIndex(
            "article",
            models.Index(F("modified_at").desc(), F("id").desc(), name="article_last_saved"),
        ),
        migrations.AddIndex(
            "article", models.Index(F("published_at"), name="article_published_at")
        ),
        migrations.AddIndex(
            "correction",
            models.Index(
                (F("article") - 1) / ROWS_IN_FILE,
                F("corrected_at").desc(),
                name="correction_file_newest",
            ),
        ),
    ]
