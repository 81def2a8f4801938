"""Working copies of public articles, steps at a time to come, and what readers are told of a withdrawal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.web.cache.change_triggers import tell_changes
from config.web.sql import run_sql

# Articles that were withdrawn before: their history says when.
WITHDRAWN = """
    UPDATE articles_article AS article SET withdrawn_at = coalesce(
        (SELECT max(at) FROM articles_revision WHERE article_id = article.id AND action = 'withdrawn'),
        modified_at
    ) WHERE status = 'withdrawn'
"""

class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0004_change_feed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduledStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('changes', 'Publish changes'), ('withdrawal', 'Withdraw')], max_length=10, verbose_name='step')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('change_kind', models.CharField(blank=True, choices=[('substantial', 'A change of substance: readers see a new “updated” date'), ('spelling', 'Spelling or form: the dates stay'), ('correction', 'A correction: readers see an entry in the log of corrections')], max_length=11)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('notice', models.TextField(blank=True, max_length=1000)),
            ],
            options={
                'verbose_name': 'scheduled step',
                'verbose_name_plural': 'scheduled steps',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='withdrawal_notice',
            field=models.TextField(blank=True, db_default='', default='', editable=False, max_length=1000),
        ),
        migrations.AddField(
            model_name='article',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn'),
        ),
        migrations.AddField(
            model_name='article',
            name='working_copy',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.revision'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='action',
            field=models.CharField(choices=[('saved', 'Saved'), ('submitted', 'Sent to review'), ('returned', 'Returned to draft'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('picked', "Added to editors' picks"), ('unpicked', "Removed from editors' picks"), ('changed', 'Changes published'), ('discarded', 'Changes discarded'), ('changes_scheduled', 'Changes scheduled'), ('withdrawal_scheduled', 'Withdrawal scheduled'), ('called_off', 'Schedule called off')], max_length=20, verbose_name='action'),
        ),
        migrations.RunSQL(WITHDRAWN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), name='article_withdrawn_has_time'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('working_copy__isnull', True), ('status__in', ['approved', 'published']), _connector='OR'), name='article_with_working_copy_is_public'),
        ),
        migrations.AddField(
            model_name='scheduledstep',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scheduled_steps', to='articles.article'),
        ),
        migrations.AddField(
            model_name='scheduledstep',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='scheduledstep',
            name='revision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.revision'),
        ),
        migrations.AddIndex(
            model_name='scheduledstep',
            index=models.Index(fields=['at'], name='scheduled_step_at'),
        ),
        migrations.AddConstraint(
            model_name='scheduledstep',
            constraint=models.UniqueConstraint(fields=('article', 'kind'), name='scheduled_step_unique'),
        ),
        migrations.AddConstraint(
            model_name='scheduledstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'changes'), ('revision__isnull', False)), models.Q(('kind', 'withdrawal'), ('revision__isnull', True)), _connector='OR'), name='scheduled_step_known'),
        ),
        # Each process asks again which time comes next.
        run_sql(tell_changes("articles_scheduledstep", "ARRAY['deadlines']")),
    ]
