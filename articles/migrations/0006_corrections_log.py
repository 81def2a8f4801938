from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_picks")]

    operations = [
        migrations.AddIndex(
            "correction",
            models.Index(
                models.F("corrected_at").desc(), models.F("id").desc(), name="correction_newest"
            ),
        ),
    ]
