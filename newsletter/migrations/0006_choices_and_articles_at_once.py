import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_sign_off"),
        ("newsletter", "0005_figures"),
    ]

    operations = [
        # Links to one's data are of all apps: config/your_data/.
        migrations.RemoveField("subscriber", "wants_links"),
        migrations.AddField(
            "subscriber",
            "topics_asked",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="ArticleMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.article",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="newsletter.issue",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            "mailevent",
            "issue",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="newsletter.issue",
            ),
        ),
        # A table with checks that wait for the commit cannot be altered.
        migrations.RunSQL(
            """
            SET CONSTRAINTS ALL IMMEDIATE;
            UPDATE newsletter_mailevent AS event SET issue_id = delivery.issue_id
            FROM newsletter_delivery AS delivery WHERE delivery.id = event.delivery_id;
            SET CONSTRAINTS ALL DEFERRED;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "mailevent",
            "issue",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="newsletter.issue",
            ),
        ),
        migrations.AddIndex(
            "mailevent", models.Index(fields=["issue", "kind"], name="mail_event_of_issue")
        ),
    ]
