from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_last_changes'),
        ('comments', '0012_change_feed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='comment',
            name='comment_once_per_article',
        ),
        migrations.RemoveConstraint(
            model_name='comment',
            name='comment_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='comment',
            name='comment_awaiting_is_undecided',
        ),
        migrations.AddField(
            model_name='comment',
            name='attempt',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name='comment',
            name='status',
            field=models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], default='pending', editable=False, max_length=9, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='became',
            field=models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], max_length=9, verbose_name='became'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='was',
            field=models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], max_length=9, verbose_name='was'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['article', 'digest'], name='comment_repeats'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'repeated')), fields=['created_at'], name='comment_repeated'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'held', 'approved', 'rejected', 'spam', 'removed', 'withdrawn', 'repeated'])), name='comment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status__in', ['pending', 'held', 'repeated'])), models.Q(models.Q(('status__in', ['pending', 'held', 'repeated']), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='comment_awaiting_is_undecided'),
        ),
    ]
