"""What tells the same words again, and spam from what is not."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_queue_order")]

    operations = [
        migrations.AddField(
            "comment", "likeness", models.BinaryField(editable=False, max_length=64, null=True)
        ),
        migrations.AddIndex(
            "comment",
            django.contrib.postgres.indexes.HashIndex(
                fields=["likeness"], name="comment_same_words"
            ),
        ),
        migrations.CreateModel(
            "LearnedWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("good", models.PositiveIntegerField()),
                ("spam", models.PositiveIntegerField()),
            ],
        ),
    ]
