"""Counts, signs of life and incidents, for the health page and /metrics."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0007_mail_hold'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('web', 'Web process'), ('worker', 'Worker')], max_length=6)),
                ('name', models.CharField(max_length=120)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('figures', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='heartbeat_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['web', 'worker'])), name='heartbeat_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('worker', 'No worker gives a sign of life'), ('late', 'Something is due and late'), ('mail', 'Mail is not accepted'), ('backup', 'The backup failed or is old'), ('disk', 'A disk is nearly full')], max_length=6, verbose_name='kind')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='detail')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='began')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('mail_due_at', models.DateTimeField(editable=False, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'incident',
                'verbose_name_plural': 'incidents',
                'ordering': ['-began_at', '-pk'],
                'indexes': [models.Index(fields=['-began_at'], name='incident_newest'), models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='incident_mail')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('kind',), name='incident_open_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['worker', 'late', 'mail', 'backup', 'disk'])), name='incident_kind_known'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('began_at')), _connector='OR'), name='incident_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='MetricCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('labels', models.CharField(blank=True, max_length=300)),
                ('value', models.FloatField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'labels'), name='metric_count_unique')],
            },
        ),
    ]
