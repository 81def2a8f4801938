"""The worker asks every second which articles' words are not read yet."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("articles", "0013_front_page_series_subtopics")]

    operations = [
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                condition=models.Q(("words_read", False)), fields=["article"], name="search_words_unread"
            ),
        ),
    ]
