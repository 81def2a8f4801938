"""A front page that editors arrange, series of articles, and sub-topics of one level."""

import django.db.models.deletion
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

from config.web.sql import run_sql_file

MODELS = ("series", "seriesentry", "frontpage")


def let_editors(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    ours = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="articles", content_type__model__in=MODELS
    )
    apps.get_model("auth", "Group").objects.get(name="Editor").permissions.add(*ours)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_article_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrontPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_until', models.DateTimeField(blank=True, help_text='From then on the newest article leads again. Empty: until you change it.', null=True, verbose_name='lead until')),
                ('introduction', models.TextField(blank=True, help_text='A sentence about the publication, shown above the lead article.', max_length=300, verbose_name='introduction')),
                ('latest', models.PositiveSmallIntegerField(blank=True, default=1, null=True, verbose_name='latest articles')),
                ('picks', models.PositiveSmallIntegerField(blank=True, default=2, null=True, verbose_name='editors’ picks')),
                ('series', models.PositiveSmallIntegerField(blank=True, default=3, null=True, verbose_name='series')),
                ('discussed', models.PositiveSmallIntegerField(blank=True, default=4, null=True, verbose_name='most discussed')),
                ('topics', models.PositiveSmallIntegerField(blank=True, default=5, null=True, verbose_name='more by topic')),
                ('newsletter', models.PositiveSmallIntegerField(blank=True, default=6, null=True, verbose_name='newsletter sign-up')),
            ],
            options={
                'verbose_name': 'front page',
                'verbose_name_plural': 'front page',
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address; made from the title when left empty. Old addresses redirect.', max_length=220, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, help_text='One or two sentences, shown above the list of its parts.', max_length=1000, verbose_name='description')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SeriesEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest number comes first.', verbose_name='position')),
            ],
            options={
                'verbose_name': 'article of a series',
                'verbose_name_plural': 'articles of a series',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='formerslug',
            name='former_slug_has_one_owner',
        ),
        migrations.AddField(
            model_name='topic',
            name='parent',
            field=models.ForeignKey(blank=True, help_text='A topic that includes this one. Its page shows the articles of both.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subtopics', to='articles.topic', verbose_name='part of'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, help_text='The lowest number comes first in menus and lists.', verbose_name='position'),
        ),
        migrations.AddField(
            model_name='frontpage',
            name='lead',
            field=models.ForeignKey(blank=True, help_text='Shown first and largest. Empty: the newest article.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.article', verbose_name='lead article'),
        ),
        migrations.AddField(
            model_name='formerslug',
            name='series',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.series'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('author__isnull', True), ('page__isnull', True), ('series__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', False), ('page__isnull', True), ('series__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', True), ('page__isnull', True), ('series__isnull', True), ('topic__isnull', False)), models.Q(('article__isnull', True), ('author__isnull', True), ('page__isnull', False), ('series__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', True), ('page__isnull', True), ('series__isnull', False), ('topic__isnull', True)), _connector='OR'), name='former_slug_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(condition=models.Q(('series__isnull', False)), fields=('slug',), name='former_series_slug_unique'),
        ),
        migrations.AddField(
            model_name='seriesentry',
            name='article',
            field=models.OneToOneField(error_messages={'unique': 'This article is in a series already.'}, on_delete=django.db.models.deletion.CASCADE, related_name='series_entry', to='articles.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='seriesentry',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='articles.series'),
        ),
        migrations.AddConstraint(
            model_name='frontpage',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='front_page_one_row'),
        ),
        # Not to be undone, as 0011: some functions stand in the place of others.
        migrations.RunSQL(run_sql_file("front_and_series.sql", of=__file__).sql),
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
