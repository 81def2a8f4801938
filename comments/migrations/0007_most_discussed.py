"""The articles with most comments in recent weeks, for the front page."""

import django.contrib.postgres.fields
from django.db import migrations, models

from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0006_one_page_of_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='MostDiscussed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='most_discussed_one_row')],
            },
        ),
        run_sql_file("most_discussed.sql", of=__file__),
    ]
