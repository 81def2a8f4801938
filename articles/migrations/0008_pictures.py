"""Where crops of pictures are cut, which are decoration, and uploads of refused forms."""

import articles.models.kept_upload
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from config.web.sql import run_sql_file


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_sign_off'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=articles.models.kept_upload.new_key, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name='image',
            name='focus_x',
            field=models.PositiveSmallIntegerField(db_default=50, default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='from the left, in percent'),
        ),
        migrations.AddField(
            model_name='image',
            name='focus_y',
            field=models.PositiveSmallIntegerField(db_default=50, default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='from the top, in percent'),
        ),
        migrations.AddField(
            model_name='image',
            name='is_decoration',
            field=models.BooleanField(db_default=False, default=False, help_text='It says nothing that the text does not: screen readers pass over it.', verbose_name='only decoration'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(fields=['file'], name='image_file'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('focus_x__lte', 100), ('focus_y__lte', 100)), name='image_focus_inside'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('is_decoration', False), ('alt_text', ''), _connector='OR'), name='image_decoration_is_silent'),
        ),
        migrations.AddField(
            model_name='keptupload',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='keptupload',
            index=models.Index(fields=['user', 'kept_at'], name='kept_upload_of_user'),
        ),
        run_sql_file("picture_focus.sql", of=__file__),
        # Until now a picture without alternative text had to be ticked as decoration.
        migrations.RunSQL(
            "UPDATE articles_image SET is_decoration = true WHERE alt_text = ''",
            migrations.RunSQL.noop,
        ),
    ]
