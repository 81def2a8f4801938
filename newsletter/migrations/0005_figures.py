"""Indexes for subscribers gained and lost by week."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0004_choices_consent_and_archive'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='subscriber',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False)), fields=['confirmed_at'], name='subscriber_gained'),
        ),
        migrations.AddIndex(
            model_name='subscriber',
            index=models.Index(condition=models.Q(('unsubscribed_at__isnull', False)), fields=['unsubscribed_at'], name='subscriber_lost'),
        ),
    ]
