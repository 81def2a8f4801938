"""When a notice was sent, requests for one's data, and erased addresses that wanted no mail."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_likeness")]

    operations = [
        migrations.AddField("notice", "sent_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "mail_due_at",
                    models.DateTimeField(default=django.utils.timezone.now, null=True),
                ),
                ("mail_attempts", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("mail_due_at__isnull", False)),
                        fields=["mail_due_at"],
                        name="data_request_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MutedAddress",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
