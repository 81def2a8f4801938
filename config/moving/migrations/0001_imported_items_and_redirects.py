"""What imports brought, and where former addresses lead. Editors look after the redirects."""

import config.moving.paths
import django.db.models.deletion
import django.utils.timezone
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def let_editors_redirect(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    app = apps.get_app_config("moving")
    app.models_module = True
    create_permissions(app, apps=apps, verbosity=0)
    app.models_module = None
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="moving")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editor")
    group.permissions.add(*ours)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0011_related_lists'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=200, verbose_name='site')),
                ('kind', models.CharField(choices=[('author', 'Author'), ('topic', 'Topic'), ('article', 'Article'), ('page', 'Page'), ('picture', 'Picture'), ('file', 'File of a picture'), ('comment', 'Comment')], max_length=8, verbose_name='kind')),
                ('foreign_id', models.CharField(max_length=250, verbose_name='number there')),
                ('row', models.PositiveBigIntegerField(verbose_name='number here')),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='imported')),
            ],
            options={
                'verbose_name': 'imported item',
                'verbose_name_plural': 'imported items',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('site', 'kind', 'foreign_id'), name='imported_item_unique')],
            },
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='A path of this site, such as /2019/03/sleep/ or /?p=123.', max_length=600, unique=True, validators=[config.moving.paths.validate_path], verbose_name='former address')),
                ('target', models.CharField(blank=True, help_text='A path of this site, where it is no article.', max_length=600, validators=[config.moving.paths.validate_target], verbose_name='new address')),
                ('status', models.PositiveSmallIntegerField(choices=[(301, 'moved for good (301)'), (302, 'elsewhere for now (302)'), (410, 'gone (410)')], db_default=301, default=301, verbose_name='answer')),
                ('note', models.CharField(blank=True, help_text='For colleagues; not shown to readers.', max_length=200, verbose_name='note')),
                ('hits', models.PositiveBigIntegerField(db_default=0, default=0, editable=False, verbose_name='followed')),
                ('last_hit_at', models.DateTimeField(editable=False, null=True, verbose_name='last followed')),
                ('article', models.ForeignKey(blank=True, help_text='Its address is followed, also when it changes.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
                'ordering': ['path'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', [301, 302, 410])), name='redirect_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', True), ('status', 410), ('target', '')), models.Q(('article__isnull', True), ('target__startswith', '/'), models.Q(('status', 410), _negated=True)), models.Q(('article__isnull', False), ('target', ''), models.Q(('status', 410), _negated=True)), _connector='OR'), name='redirect_has_one_target'), models.CheckConstraint(condition=models.Q(('path__startswith', '/'), models.Q(('path__startswith', '//'), _negated=True)), name='redirect_path_is_one'), models.CheckConstraint(condition=models.Q(('target', models.F('path')), _negated=True), name='redirect_not_to_itself')],
            },
        ),
        migrations.RunPython(let_editors_redirect, migrations.RunPython.noop),
    ]
