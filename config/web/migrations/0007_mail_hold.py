"""The installation that this database belongs to: a restored copy is told by it, and holds its mail."""

from django.db import migrations, models
from django.utils import timezone

from config.web.mail.hold import origin
from config.web.sql import run_sql_file


def note_this_installation(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO web_installation (id, database, origin, since) VALUES (1, web_database_identity(), %s, %s)",
            [origin(), timezone.now()],
        )


class Migration(migrations.Migration):

    dependencies = [
        ('web', '0006_mails_about_experts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('database', models.CharField(max_length=60)),
                ('origin', models.CharField(blank=True, max_length=300)),
                ('since', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='installation_one_row')],
            },
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('logged_in', 'Logged in'), ('log_in_failed', 'Log-in failed'), ('invited', 'Invited'), ('invitation_revoked', 'Invitation revoked'), ('joined', 'Accepted an invitation'), ('roles_changed', 'Roles changed'), ('deactivated', 'Account deactivated'), ('activated', 'Account activated'), ('password_changed', 'Password changed'), ('password_reset', 'New password by mail'), ('two_factor_added', 'Second factor added'), ('two_factor_removed', 'Second factor removed'), ('two_factor_reset', 'Second factors reset'), ('exported', 'Data exported'), ('mail_released', 'Mail released')], max_length=20, verbose_name='action'),
        ),
        run_sql_file("mail_hold.sql", of=__file__),
        migrations.RunPython(note_this_installation, migrations.RunPython.noop),
    ]
