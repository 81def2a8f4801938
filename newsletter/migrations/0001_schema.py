import django.contrib.postgres.fields
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('status', models.CharField(choices=[('pending', 'Waiting for confirmation'), ('confirmed', 'Confirmed'), ('unsubscribed', 'Unsubscribed'), ('bounced', 'Bounced'), ('complained', 'Complained')], default='pending', max_length=12, verbose_name='status')),
                ('requested_at', models.DateTimeField(verbose_name='requested')),
                ('consent_wording', models.TextField(verbose_name='wording shown')),
                ('consent_page', models.CharField(blank=True, max_length=500, verbose_name='page')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('unsubscribed_at', models.DateTimeField(blank=True, null=True, verbose_name='unsubscribed')),
                ('mail_due_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='mail due')),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tries')),
                ('answered_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, editable=False)),
            ],
            options={
                'verbose_name': 'subscriber',
                'verbose_name_plural': 'subscribers',
                'ordering': ['-requested_at', '-pk'],
                'permissions': [('export_subscriber', 'Can export subscribers')],
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='subscriber_mail_due'), models.Index(models.OrderBy(models.F('requested_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='subscriber_newest')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='subscriber_email_unique'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'confirmed', 'unsubscribed', 'bounced', 'complained'])), name='subscriber_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='subscriber_confirmed_has_time')],
            },
        ),
    ]
