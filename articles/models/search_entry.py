"""Tables of the search. Only triggers of the database write to them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from config.web.text.fields import CharField
from config.web.text.search_words import SearchWords


class SearchEntry(models.Model):
    """The words of an article that is public or scheduled. Other articles have no row.

    The table is narrow: tens of thousands of matches are sorted by date in milliseconds, and no
    other query on articles reads the word vectors.
    """

    # A trigger deletes the row with its article.
    article = models.OneToOneField(
        "articles.Article", models.DO_NOTHING, primary_key=True, related_name="+"
    )
    published_at = models.DateTimeField()
    topic = models.ForeignKey(
        "articles.Topic",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    heading = SearchVectorField()  # title (A), standfirst and authors (B)
    document = SearchVectorField()  # the same and the text (C)
    words_read = models.BooleanField(db_default=False)  # into SearchWord

    class Meta:
        indexes = [
            # Without the pending list, which every search would have to read through.
            GinIndex(fields=["heading"], name="search_heading", fastupdate=False),
            GinIndex(fields=["document"], name="search_document", fastupdate=False),
            # The worker asks every second.
            models.Index(
                fields=["article"], name="search_words_unread", condition=models.Q(words_read=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.article_id}"


class UnpublishedEntry(models.Model):
    """The words of an article that readers cannot find: its title, standfirst, authors and text.

    It stands apart, so that no query of the public search can come upon it.
    """

    # A trigger deletes the row with its article.
    article = models.OneToOneField(
        "articles.Article", models.DO_NOTHING, primary_key=True, related_name="+"
    )
    document = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="search_unpublished", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"#{self.article_id}"


class SearchWord(models.Model):
    """A word of published articles, as written. Mistyped words are compared with these."""

    word = CharField(max_length=40, primary_key=True)
    # How many articles had it when they were read, roughly: an edited article counts again.
    articles = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            GinIndex(
                OpClass(SearchWords("word"), "gin_trgm_ops"),
                name="search_word_near",
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return self.word
