import articles.pictures.picture_files
import config.web.moments
import config.web.text.search_words
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('web', '0002_functions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address; made from the title when left empty. Old addresses redirect.', max_length=220, unique=True, verbose_name='slug')),
                ('standfirst', models.TextField(blank=True, help_text='One or two sentences under the title.', max_length=600, verbose_name='standfirst')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('key_takeaways', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, verbose_name='key takeaways')),
                ('disclosure', models.TextField(blank=True, help_text='Sponsorship or conflict of interest, said to readers under the byline.', max_length=1000, verbose_name='disclosure')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('updated_at', models.DateTimeField(blank=True, help_text='The last substantial change; not for a comma.', null=True, validators=[config.web.moments.not_to_come], verbose_name='updated')),
                ('reviewed_at', models.DateField(blank=True, null=True, validators=[config.web.moments.not_to_come], verbose_name='reviewed')),
                ('review_by', models.DateField(blank=True, null=True, verbose_name='review again by')),
                ('picked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='picked')),
                ('comments_open', models.BooleanField(default=True, verbose_name='comments open')),
                ('comments_close_at', models.DateTimeField(blank=True, null=True, verbose_name='comments close at')),
                ('body_html', models.TextField(blank=True, editable=False)),
                ('contents', models.JSONField(default=list, editable=False)),
                ('plain_text', models.TextField(blank=True, editable=False)),
                ('word_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='words')),
                ('reading_minutes', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='reading time')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('modified_at', models.DateTimeField(auto_now=True, verbose_name='last saved')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ['-modified_at', '-pk'],
                'permissions': [('publish_article', 'Can publish, schedule and withdraw articles'), ('edit_any_article', "Can see and edit everybody's articles")],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('slug', models.SlugField(help_text="The page's address: “about” is /about/.", max_length=60, unique=True, verbose_name='slug')),
                ('body', models.TextField(verbose_name='text')),
                ('in_footer', models.BooleanField(default=True, verbose_name='link in the footer')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address; made from the name when left empty. Old addresses redirect.', max_length=220, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, max_length=1000, verbose_name='description')),
                ('disclaimer', models.TextField(blank=True, help_text='Stands under every article of this topic.', max_length=2000, verbose_name='disclaimer')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address; made from the name when left empty. Old addresses redirect.', max_length=220, unique=True, verbose_name='slug')),
                ('role', models.CharField(blank=True, help_text='Such as “Contributing writer”.', max_length=120, verbose_name='role')),
                ('credentials', models.CharField(blank=True, help_text='Such as “MD, MPH”.', max_length=200, verbose_name='credentials')),
                ('affiliation', models.CharField(blank=True, max_length=200, verbose_name='affiliation')),
                ('orcid', models.CharField(blank=True, max_length=19, validators=[django.core.validators.RegexValidator('^\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$', 'Write it as 0000-0002-1825-0097.')], verbose_name='ORCID iD')),
                ('bio', models.TextField(blank=True, max_length=2000, verbose_name='biography')),
                ('user', models.OneToOneField(blank=True, help_text='The account that writes under this name.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='author', to=settings.AUTH_USER_MODEL, verbose_name='login')),
            ],
            options={
                'verbose_name': 'author',
                'verbose_name_plural': 'authors',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AuthorLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60, verbose_name='label')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='articles.author')),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('author', 'Author'), ('reviewer', 'Reviewer'), ('editor', 'Editor')], default='author', max_length=8, verbose_name='part')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('changed_at', models.DateTimeField(editable=False, null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to='articles.article')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='articles.author', verbose_name='person')),
            ],
            options={
                'verbose_name': 'contribution',
                'verbose_name_plural': 'contributions',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='authors',
            field=models.ManyToManyField(related_name='articles', through='articles.Contribution', to='articles.author'),
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('corrected_at', models.DateTimeField(default=django.utils.timezone.now, validators=[config.web.moments.not_to_come], verbose_name='corrected')),
                ('text', models.TextField(max_length=2000, verbose_name='what was wrong, and what is right')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='articles.article')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-corrected_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(height_field='height', max_length=200, upload_to=articles.pictures.picture_files.picture_name, verbose_name='file', width_field='width')),
                ('width', models.PositiveIntegerField(editable=False, verbose_name='width')),
                ('height', models.PositiveIntegerField(editable=False, verbose_name='height')),
                ('title', models.CharField(help_text='To find it again; not shown to readers.', max_length=200, verbose_name='title')),
                ('alt_text', models.CharField(blank=True, help_text='What the picture says to somebody who cannot see it. Empty only when it is decoration.', max_length=300, verbose_name='alternative text')),
                ('caption', models.CharField(blank=True, max_length=500, verbose_name='caption')),
                ('credit', models.CharField(blank=True, max_length=200, verbose_name='credit')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('uploaded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploaded_images', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='author',
            name='portrait',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='portrayed_authors', to='articles.image', verbose_name='portrait'),
        ),
        migrations.AddField(
            model_name='article',
            name='hero',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hero_articles', to='articles.image', verbose_name='hero image'),
        ),
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text', models.TextField(max_length=1000, verbose_name='source')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='articles.article')),
            ],
            options={
                'verbose_name': 'reference',
                'verbose_name_plural': 'references',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('saved', 'Saved'), ('submitted', 'Sent to review'), ('returned', 'Returned to draft'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('picked', "Added to editors' picks"), ('unpicked', "Removed from editors' picks")], max_length=12, verbose_name='action')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('content', models.JSONField(verbose_name='content')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='articles.article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('articles', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(config.web.text.search_words.SearchWords('word'), 'gin_trgm_ops'), fastupdate=False, name='search_word_near')],
            },
        ),
        migrations.CreateModel(
            name='MonthCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('number', models.IntegerField()),
                ('topic', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.topic')),
            ],
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(db_index=False, max_length=220)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.article')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.author')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.topic')),
            ],
        ),
        migrations.AddField(
            model_name='article',
            name='topic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.topic', verbose_name='topic'),
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='articles.article')),
                ('published_at', models.DateTimeField()),
                ('heading', django.contrib.postgres.search.SearchVectorField()),
                ('document', django.contrib.postgres.search.SearchVectorField()),
                ('words_read', models.BooleanField(db_default=False)),
                ('topic', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.topic')),
            ],
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(models.F('author'), models.F('part'), models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('article'), descending=True), condition=models.Q(('published_at__isnull', False)), name='contribution_newest'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(models.F('author'), models.OrderBy(models.F('changed_at'), descending=True), condition=models.Q(('published_at__isnull', False)), name='contribution_changed'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('article', 'author', 'part'), name='contribution_unique'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['author', 'reviewer', 'editor'])), name='contribution_part_known'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(models.OrderBy(models.F('corrected_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='correction_newest'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('article'), '-', models.Value(1)), '/', models.Value(10000)), models.OrderBy(models.F('corrected_at'), descending=True), name='correction_file_newest'),
        ),
        migrations.AddConstraint(
            model_name='reference',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='reference_number_unique'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['article', '-id'], name='revision_of_article'),
        ),
        migrations.AddConstraint(
            model_name='monthcount',
            constraint=models.UniqueConstraint(fields=('topic', 'month'), name='month_count_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('article__isnull', False), ('author__isnull', True), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', False), ('topic__isnull', True)), models.Q(('article__isnull', True), ('author__isnull', True), ('topic__isnull', False)), _connector='OR'), name='former_slug_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(condition=models.Q(('article__isnull', False)), fields=('slug',), name='former_article_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(condition=models.Q(('author__isnull', False)), fields=('slug',), name='former_author_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='formerslug',
            constraint=models.UniqueConstraint(condition=models.Q(('topic__isnull', False)), fields=('slug',), name='former_topic_slug_unique'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('published_at__isnull', False), ('status__in', ['approved', 'published'])), name='article_public'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('topic'), models.OrderBy(models.F('published_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('published_at__isnull', False), ('status__in', ['approved', 'published'])), name='article_public_topic'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('picked_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('picked_at__isnull', False)), name='article_picked'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('comments_close_at'), condition=models.Q(('comments_close_at__isnull', False)), name='article_comments_close'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('id'), '-', models.Value(1)), '/', models.Value(10000)), models.OrderBy(django.db.models.functions.comparison.Greatest('published_at', 'updated_at'), descending=True), condition=models.Q(('published_at__isnull', False), ('status__in', ['approved', 'published'])), name='article_file_changed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('topic'), models.OrderBy(django.db.models.functions.comparison.Greatest('published_at', 'updated_at'), descending=True), condition=models.Q(('published_at__isnull', False), ('status__in', ['approved', 'published'])), name='article_topic_changed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('modified_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='article_last_saved'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('published_at'), name='article_published_at'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['published', 'withdrawn']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='article_published_has_time'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['draft', 'in_review']), _negated=True), ('published_at__isnull', True), _connector='OR'), name='article_draft_has_no_time'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'approved', 'published', 'withdrawn'])), name='article_status_known'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['heading'], name='search_heading'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['document'], name='search_document'),
        ),
    ]
