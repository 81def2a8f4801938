from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_search")]

    operations = [
        migrations.AddField(
            "article",
            "picked_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="picked"),
        ),
        migrations.AddIndex(
            "article",
            models.Index(
                models.F("picked_at").desc(), models.F("id").desc(), name="article_picked",
                condition=models.Q(picked_at__isnull=False),
            ),
        ),
        migrations.AlterField(
            "revision",
            "action",
            models.CharField(
                choices=[
                    ("saved", "Saved"),
                    ("submitted", "Sent to review"),
                    ("returned", "Returned to draft"),
                    ("approved", "Approved"),
                    ("scheduled", "Scheduled"),
                    ("published", "Published"),
                    ("withdrawn", "Withdrawn"),
                    ("picked", "Added to editors' picks"),
                    ("unpicked", "Removed from editors' picks"),
                ],
                max_length=12,
                verbose_name="action",
            ),
        ),
    ]  # fmt: skip
