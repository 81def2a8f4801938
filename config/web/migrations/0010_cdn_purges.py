"""Pages to be purged at a CDN: rows that the functions of the change feed write."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
# As they were before.
TELL = (SQL / "change_feed.sql").read_text(encoding="utf-8").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0009_plain_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='installation',
            name='has_cdn',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='Purge',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('tag', models.CharField(max_length=200)),
                ('due_at', models.DateTimeField()),
                ('is_second', models.BooleanField(db_default=False, default=False)),
                ('attempts', models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['due_at'], name='purge_due')],
            },
        ),
        migrations.RunSQL(
            (SQL / "cdn_purges.sql").read_text(encoding="utf-8"),
            [TELL, "DROP FUNCTION web_queue_purges"],
        ),
    ]
