"""What the site learned from its moderators."""

from django.db import models

from config.web.text.fields import CharField


class LearnedWord(models.Model):
    """In how many approved and in how many spam comments a word was seen.

    The row of the empty word holds how many comments were read. All rows are made anew by
    `comments.spam.learned.relearn`, so words of a withdrawn or erased comment do not stay.
    """

    word = CharField(max_length=40, primary_key=True)
    good = models.PositiveIntegerField()
    spam = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.word}: {self.good}/{self.spam}"
