"""Mails about the work on articles, the desk's piles of work, and how often topics want a review."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0005_working_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('review_by', models.DateField(null=True)),
                ('stage', models.CharField(blank=True, choices=[('month', 'in a month'), ('week', 'in a week'), ('due', 'due')], max_length=5)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mail_due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='topic',
            name='review_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Sets “review again by” of articles published or reviewed without it.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='months between reviews'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='action',
            field=models.CharField(choices=[('saved', 'Saved'), ('submitted', 'Sent to review'), ('returned', 'Returned to draft'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('picked', "Added to editors' picks"), ('unpicked', "Removed from editors' picks"), ('changed', 'Changes published'), ('discarded', 'Changes discarded'), ('changes_scheduled', 'Changes scheduled'), ('withdrawal_scheduled', 'Withdrawal scheduled'), ('called_off', 'Schedule called off'), ('reviewed', 'Reviewed, nothing changed')], max_length=20, verbose_name='action'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('status'), models.OrderBy(models.F('modified_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status__in', ['draft', 'in_review'])), name='article_at_work'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('modified_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('working_copy__isnull', False)), name='article_changed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('review_by'), models.F('id'), condition=models.Q(('published_at__isnull', False), ('status__in', ['approved', 'published']), ('review_by__isnull', False)), name='article_review_by'),
        ),
        migrations.AddField(
            model_name='notice',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='articles.article'),
        ),
        migrations.AddField(
            model_name='notice',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='article_notice_due'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'review_due')), fields=('article', 'review_by', 'stage', 'user'), name='article_reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'review_due'), ('review_by__isnull', False)), models.Q(models.Q(('kind', 'review_due'), _negated=True), ('review_by__isnull', True), ('stage', '')), _connector='OR'), name='article_notice_known'),
        ),
    ]
