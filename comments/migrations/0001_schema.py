import config.web.text.search_words
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0001_schema'),
        ('web', '0002_functions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LearnedWord',
            fields=[
                ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('good', models.PositiveIntegerField()),
                ('spam', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ModeratorMail',
            fields=[
                ('user', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('frequency', models.CharField(choices=[('never', 'No mail'), ('at_once', 'At once, at most every 15 minutes'), ('hourly', 'Every hour, on the hour'), ('daily', 'Every day, at seven in the morning')], default='never', max_length=7, verbose_name='comments by mail')),
                ('told_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('alarm', models.BooleanField(default=False, editable=False)),
                ('mailed_at', models.DateTimeField(editable=False, null=True)),
                ('mail_due_at', models.DateTimeField(editable=False, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': "moderator's mail",
                'verbose_name_plural': "moderators' mail",
            },
        ),
        migrations.CreateModel(
            name='MutedAddress',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='RejectionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, unique=True, verbose_name='reason')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'rejection reason',
                'verbose_name_plural': 'rejection reasons',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('article', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='thread', serialize=False, to='articles.article')),
                ('shown', models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), editable=False)),
                ('shown_replies', models.PositiveIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('email', models.EmailField(help_text='Never shown to readers.', max_length=254, verbose_name='e-mail address')),
                ('badge', models.CharField(blank=True, choices=[('', 'Reader'), ('author', 'Author'), ('editor', 'Editor'), ('moderator', 'Moderator')], default='', editable=False, max_length=9, verbose_name='badge')),
                ('body', models.TextField(max_length=5000, verbose_name='comment')),
                ('body_html', models.TextField(editable=False)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], default='pending', editable=False, max_length=9, verbose_name='status')),
                ('held_for', models.JSONField(default=list, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='written')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason')),
                ('wants_mail', models.BooleanField(default=False, editable=False)),
                ('network', models.CharField(blank=True, editable=False, max_length=49, verbose_name='network')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('attempt', models.CharField(blank=True, db_default='', editable=False, max_length=64)),
                ('likeness', models.BinaryField(max_length=64, null=True)),
                ('account', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='articles.article', verbose_name='article')),
                ('decided_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('parent', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='comments.comment', verbose_name='in reply to')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('moderate_comment', 'Can approve and reject comments')],
            },
        ),
        migrations.CreateModel(
            name='DataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mail_due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='data_request_due')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], max_length=9, verbose_name='was')),
                ('became', models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('spam', 'Spam'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('repeated', 'Repeated')], max_length=9, verbose_name='became')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('is_undo', models.BooleanField(default=False, verbose_name='undo')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='comments.comment')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rules', models.TextField(blank=True, help_text='Shown above the form. An empty line starts a new paragraph.', verbose_name='community rules')),
                ('rules_html', models.TextField(blank=True, editable=False)),
                ('close_after_days', models.PositiveSmallIntegerField(blank=True, help_text="Counted from an article's publication. Empty: they stay open.", null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='close comments after days')),
                ('trust_after', models.PositiveSmallIntegerField(blank=True, help_text='A writer whose address is confirmed and who has so many approved comments, none of them removed, is published at once unless something holds the comment. Empty: everything waits for a moderator.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='publish at once after approvals')),
                ('hold_links', models.PositiveSmallIntegerField(default=2, help_text='From so many web addresses on a comment is held.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='hold comments with links')),
                ('hold_words', models.TextField(blank=True, help_text='One word or phrase a line; * at its end stands for any ending.', verbose_name='words that hold a comment')),
                ('reject_words', models.TextField(blank=True, help_text='One word or phrase a line. Such a comment is rejected and nobody is asked.', verbose_name='words that reject a comment')),
                ('use_learned_filter', models.BooleanField(default=True, help_text="Learned here from moderators' decisions, once there are 200 of them. It only holds.", verbose_name='hold what looks like earlier spam')),
                ('alarm_after_hours', models.PositiveSmallIntegerField(blank=True, default=48, help_text='Moderators get a mail when a comment has waited so long. Empty: no alarm.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='alarm after hours')),
                ('alarmed_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'discussion settings',
                'verbose_name_plural': 'discussion settings',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='discussion_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Edit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.TextField(verbose_name='was')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('by', models.ForeignKey(help_text='Nobody: the writer.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='comments.comment')),
            ],
            options={
                'verbose_name': 'edit',
                'verbose_name_plural': 'edits',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='comments.comment')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('asked', 'Asked for mails'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('answered', 'Answered')], max_length=8)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('mail_due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='comments.comment')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('harmful', 'Advice that can do harm'), ('abuse', 'Insult, threat or hate'), ('private', 'Tells private things about somebody'), ('spam', 'Advertising or spam'), ('illegal', 'Against the law'), ('other', 'Something else')], max_length=7, verbose_name='reason')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='what is wrong')),
                ('network', models.CharField(blank=True, editable=False, max_length=49, verbose_name='network')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('resolved_at', models.DateTimeField(editable=False, null=True, verbose_name='resolved')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='comments.comment')),
                ('resolved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='resolved by')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('writer', 'Writer (e-mail address)'), ('network', 'Network')], max_length=7, verbose_name='kind')),
                ('value', models.CharField(max_length=254, verbose_name='address or network')),
                ('effect', models.CharField(choices=[('hold', 'Always hold'), ('reject', 'Ban: reject at once')], max_length=6, verbose_name='effect')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                ('by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'restriction',
                'verbose_name_plural': 'restrictions',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Writer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(editable=False, max_length=254, unique=True, verbose_name='e-mail address')),
                ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='first seen')),
                ('approved', models.PositiveIntegerField(default=0, editable=False, verbose_name='approved')),
                ('rejected', models.PositiveIntegerField(default=0, editable=False, verbose_name='rejected or removed')),
                ('spam', models.PositiveIntegerField(default=0, editable=False, verbose_name='spam')),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='address confirmed')),
                ('muted_at', models.DateTimeField(editable=False, null=True, verbose_name='wants no mail')),
                ('mail_due_at', models.DateTimeField(editable=False, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'writer',
                'verbose_name_plural': 'writers',
                'ordering': ['-first_seen_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='writer_mail_due'), models.Index(fields=['-first_seen_at', '-id'], name='writer_newest')],
            },
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'approved'), ('shown_replies__gt', 0), _connector='OR'), fields=['article', 'path'], name='comment_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('article'), models.OrderBy(models.F('path__0'), descending=True), models.F('path'), condition=models.Q(('status', 'approved'), ('shown_replies__gt', 0), _connector='OR'), name='comment_thread_newest'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status__in', ['pending', 'held'])), fields=['status', 'created_at', 'id'], name='comment_queue'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['status', '-decided_at', '-id'], name='comment_decided'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('decided_by__isnull', False)), fields=['decided_by', '-decided_at', '-id'], name='comment_decided_by'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('edited_at__isnull', False)), fields=['edited_at'], name='comment_edited'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['-created_at', '-id'], name='comment_newest'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['article', 'digest'], name='comment_repeats'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'repeated')), fields=['created_at'], name='comment_repeated'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['article', '-created_at', '-id'], name='comment_of_article'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['email', '-created_at'], name='comment_writer'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('network', ''), _negated=True), fields=['network', '-created_at'], name='comment_network'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector(config.web.text.search_words.SearchWords('name'), config.web.text.search_words.SearchWords('body'), config='simple'), name='comment_words'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=django.contrib.postgres.indexes.HashIndex(fields=['likeness'], name='comment_same_words'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'held', 'approved', 'rejected', 'spam', 'removed', 'withdrawn', 'repeated'])), name='comment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status__in', ['pending', 'held', 'repeated'])), models.Q(models.Q(('status__in', ['pending', 'held', 'repeated']), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='comment_awaiting_is_undecided'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('body', ''), _connector='OR'), name='comment_withdrawn_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('path__len__gt', 0)), name='comment_path_not_empty'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['by', '-at', '-id'], name='decision_of_moderator'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['became', '-at', '-id'], name='decision_became'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['-at', '-id'], name='decision_newest'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='notice_due'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('comment', 'kind', 'reply'), name='notice_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['at', 'comment'], name='report_open'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['-at', '-id'], name='report_newest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True), models.Q(('network', ''), _negated=True)), fields=('comment', 'network'), name='report_once_per_network'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['harmful', 'abuse', 'private', 'spam', 'illegal', 'other'])), name='report_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.UniqueConstraint(fields=('kind', 'value'), name='restriction_once'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'network'), _negated=True), ('ends_at__isnull', False), _connector='OR'), name='restriction_network_ends'),
        ),
    ]
