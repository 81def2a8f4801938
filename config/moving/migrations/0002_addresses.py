from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moving', '0001_imported_items_and_redirects'),
    ]

    operations = [
        migrations.AlterField(
            model_name='importeditem',
            name='kind',
            field=models.CharField(choices=[('author', 'Author'), ('topic', 'Topic'), ('article', 'Article'), ('page', 'Page'), ('picture', 'Picture'), ('file', 'File of a picture'), ('comment', 'Comment'), ('address', 'Subscriber')], max_length=8, verbose_name='kind'),
        ),
    ]
