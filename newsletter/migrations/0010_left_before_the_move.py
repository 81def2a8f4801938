from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0009_topics_include_sub_topics'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='suppression', name='suppression_reason_known'),
        migrations.AlterField(
            model_name='suppression',
            name='reason',
            field=models.CharField(choices=[('complained', 'Complained'), ('bounced', 'Bounced permanently'), ('asked', 'Asked never to be emailed'), ('left', 'Unsubscribed before the list moved here')], max_length=10, verbose_name='reason'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['complained', 'bounced', 'asked', 'left'])), name='suppression_reason_known'),
        ),
    ]
