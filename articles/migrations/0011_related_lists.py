"""Related articles are stored, and a publication tells of the lists that it comes to, and of no others."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_reads_and_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='RelatedList',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, primary_key=True, related_name='+', serialize=False, to='articles.searchentry')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField())),
                ('chosen_at', models.DateTimeField()),
                ('is_due', models.BooleanField(db_default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['chosen_at'], name='related_list_chosen'), models.Index(condition=models.Q(('is_due', True)), fields=['entry'], name='related_list_due')],
            },
        ),
        run_sql_file("related_lists.sql", of=__file__),
        # Not to be undone, as 0004: the functions stand in the place of others.
        migrations.RunSQL(run_sql_file("narrow_lists.sql", of=__file__).sql),
    ]
