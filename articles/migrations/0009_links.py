"""Links of articles and what they answered; earlier addresses of pages."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0008_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=2000, unique=True, verbose_name='address')),
                ('host', models.CharField(blank=True, max_length=260)),
                ('state', models.CharField(choices=[('unchecked', 'not checked yet'), ('works', 'works'), ('failing', 'failed, will be tried again'), ('broken', 'leads nowhere')], default='unchecked', max_length=9, verbose_name='status')),
                ('answer', models.CharField(blank=True, max_length=11, verbose_name='answer')),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first seen')),
                ('failing_since', models.DateTimeField(null=True, verbose_name='fails since')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='last checked')),
                ('check_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
                'ordering': [models.OrderBy(models.F('failing_since'), descending=True, nulls_last=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LinkReading',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='link_reading', serialize=False, to='articles.article')),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LinkUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='formerslug',
            name='former_slug_has_one_owner',
        ),
        migrations.AddField(
            model_name='formerslug',
            name='page',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.page'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('author__isnull', True), ('page__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', False), ('page__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', True), ('page__isnull', True), ('topic__isnull', False)), models.Q(('article__isnull', True), ('author__isnull', True), ('page__isnull', False), ('topic__isnull', True)), _connector='OR'), name='former_slug_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(condition=models.Q(('page__isnull', False)), fields=('slug',), name='former_page_slug_unique'),
        ),
        migrations.AddField(
            model_name='linkuse',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='link_uses', to='articles.article'),
        ),
        migrations.AddField(
            model_name='linkuse',
            name='link',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='articles.link'),
        ),
        migrations.AddField(
            model_name='link',
            name='articles',
            field=models.ManyToManyField(related_name='links', through='articles.LinkUse', to='articles.article'),
        ),
        migrations.AddConstraint(
            model_name='linkuse',
            constraint=models.UniqueConstraint(fields=('article', 'link'), name='link_use_once'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['check_at'], name='link_check_at'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(models.OrderBy(models.F('failing_since'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='link_failing'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failing_since__isnull', False), ('state__in', ['failing', 'broken'])), models.Q(('failing_since__isnull', True), ('state__in', ['unchecked', 'works'])), _connector='OR'), name='link_failing_has_time'),
        ),
    ]
