"""How purges and looks at the certificate ended, and two more kinds of incidents."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0011_data_imported'),
    ]

    operations = [
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('figures', models.JSONField(default=dict)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='incident',
            name='incident_kind_known',
        ),
        migrations.AlterField(
            model_name='incident',
            name='kind',
            field=models.CharField(choices=[('worker', 'No worker gives a sign of life'), ('late', 'Something is due and late'), ('mail', 'Mail is not accepted'), ('backup', 'The backup failed or is old'), ('disk', 'A disk is nearly full'), ('cert', 'The certificate ends soon, or is not accepted'), ('cdn', 'The CDN is not told of changes')], max_length=6, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['worker', 'late', 'mail', 'backup', 'disk', 'cert', 'cdn'])), name='incident_kind_known'),
        ),
    ]
