from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0002_subscriber_answered_at'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='subscriber',
            options={'ordering': ['-requested_at', '-pk'], 'permissions': [('export_subscriber', 'Can export subscribers')], 'verbose_name': 'subscriber', 'verbose_name_plural': 'subscribers'},
        ),
    ]
