"""The queue's tabs are read in the order of their index: what waits by its age, what is decided by its decision."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_moderators_mail")]

    operations = [
        migrations.RemoveIndex("comment", "comment_queue"),
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["status", "created_at", "id"],
                name="comment_queue",
                condition=Q(status__in=["pending", "held"]),
            ),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["status", "-decided_at", "-id"],
                name="comment_decided",
                condition=Q(decided_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                fields=["decided_by", "-decided_at", "-id"],
                name="comment_decided_by",
                condition=Q(decided_by__isnull=False),
            ),
        ),
        migrations.AlterField(
            "comment",
            "decided_by",
            models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
    ]
