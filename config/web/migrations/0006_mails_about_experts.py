"""Kinds of mail about what experts write."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0005_audit_log_and_mail_choices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mailchoice',
            name='kind',
            field=models.CharField(choices=[('submitted', 'An article was handed in for review'), ('returned', 'My article was returned to me'), ('approved', 'My article was approved'), ('scheduled', 'My article was scheduled'), ('published', 'My article was published'), ('comment_waiting', 'A comment waits under my article'), ('review_due', 'An article is due for its next review'), ('remarked', 'An expert wrote a remark'), ('signed_off', 'An expert signed an article off')], max_length=20),
        ),
    ]
