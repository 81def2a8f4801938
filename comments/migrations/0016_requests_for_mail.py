from django.db import migrations

import config.web.text_fields


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_search_words")]

    operations = [
        migrations.AlterField(
            "notice",
            "kind",
            config.web.text_fields.CharField(
                max_length=8,
                choices=[
                    ("asked", "Asked for mails"),
                    ("approved", "Approved"),
                    ("rejected", "Rejected"),
                    ("answered", "Answered"),
                ],
            ),
        )
    ]
