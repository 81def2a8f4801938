import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscriber',
            name='answered_at',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, editable=False, size=None),
        ),
        migrations.AlterField(
            model_name='subscriber',
            name='mail_due_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='mail due'),
        ),
        migrations.AlterField(
            model_name='subscriber',
            name='mail_attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tries'),
        ),
    ]
