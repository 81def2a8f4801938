"""Reads of articles by day, and the words of unpublished articles for the list at the desk."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnpublishedEntry',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='articles.article')),
                ('document', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['document'], name='search_unpublished')],
            },
        ),
        migrations.CreateModel(
            name='ReadCount',
            fields=[
                ('pk', models.CompositePrimaryKey('article_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='read_counts', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(models.F('day'), models.OrderBy(models.F('number'), descending=True), include=('article',), name='read_count_day')],
            },
        ),
        run_sql_file("unpublished_entries.sql", of=__file__),
    ]
