"""The desk's first page asks for what could not be published as scheduled, among all revisions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('articles', '0018_order_of_names_and_plain_first_pages')]

    operations = [
        migrations.AlterField(
            model_name='revision',
            name='action',
            field=models.CharField(choices=[('saved', 'Saved'), ('submitted', 'Sent to review'), ('returned', 'Returned to draft'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('picked', "Added to editors' picks"), ('unpicked', "Removed from editors' picks"), ('changed', 'Changes published'), ('discarded', 'Changes discarded'), ('changes_scheduled', 'Changes scheduled'), ('withdrawal_scheduled', 'Withdrawal scheduled'), ('called_off', 'Schedule cancelled'), ('reviewed', 'Reviewed, nothing changed'), ('stopped', 'Schedule stopped'), ('sign_off_accepted', 'Sign-off accepted'), ('restored', 'Earlier version restored'), ('imported', 'Imported')], max_length=20, verbose_name='action'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('action', 'stopped')), fields=['article', '-id'], name='revision_stopped'),
        ),
    ]
