"""Moderators find comments by words in one spelling, as readers find articles."""

import django.contrib.postgres.indexes
from django.contrib.postgres.search import SearchVector
from django.db import migrations

from config.web.text.search_words import SearchWords


class Migration(migrations.Migration):
    dependencies = [("comments", "0014_one_spelling"), ("web", "0003_search_words")]

    operations = [
        migrations.RemoveIndex(model_name="comment", name="comment_words"),
        migrations.AddIndex(
            model_name="comment",
            index=django.contrib.postgres.indexes.GinIndex(
                SearchVector(SearchWords("name"), SearchWords("body"), config="simple"), name="comment_words"
            ),
        ),
    ]
