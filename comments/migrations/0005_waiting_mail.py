"""Mails to the writers of articles about comments that wait."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0001_schema'),
        ('comments', '0004_change_feed'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingMail',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='articles.article')),
                ('told_until', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(null=True)),
                ('told', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='waiting_mail_due')],
            },
        ),
    ]
