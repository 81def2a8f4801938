"""An article names the language it is written in, and pages that show it are told when that changes."""

from django.db import migrations, models

import config.web.text.fields
from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_related_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='language',
            field=config.web.text.fields.CharField(blank=True, db_default='', default='', help_text='Of the text, so that it is read aloud right.', max_length=20, verbose_name='language'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('language__regex', '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$')), name='article_language_is_a_tag'),
        ),
        # Not to be undone, as 0004: the function stands in the place of another.
        migrations.RunSQL(run_sql_file("article_language.sql", of=__file__).sql),
    ]
