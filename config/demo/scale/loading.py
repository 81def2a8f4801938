"""Loads a publication of any size once, and only into an empty database."""

import random
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Author
from comments.models import Comment
from config.demo.loading import one_at_a_time, refuse_real_content
from config.demo.scale.articles import AFFILIATION, make_articles
from config.demo.scale.comments import make_comments
from config.demo.scale.words import Words
from config.web.cache.change_feed import CHANNEL, EVERYTHING

PARAGRAPHS = 3  # of a hundred words


def load(*, articles: int, comments: int, say: Callable[[str], object]) -> bool:
    """Fill an empty database. Returns False, and changes nothing, where it was filled before.

    Raises RealContent, and changes nothing, where the database is in use for something else. Call
    tidy() afterwards.
    """
    with transaction.atomic():
        one_at_a_time()
        if is_loaded():
            return False
        refuse_real_content()
        words = Words(random.Random(7))  # noqa: S311 - the same texts every time
        now = timezone.now()
        say(f"Writing {articles:,} articles …")
        make_articles(words, articles, paragraphs=PARAGRAPHS, now=now, say=say)
        say(f"Writing {comments:,} comments …")
        make_comments(words, comments, now=now, say=say)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, EVERYTHING])
    return True


def tidy() -> None:
    """Let the database plan its queries for the new rows. Not within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def is_loaded() -> bool:
    """Whether its people are there. Nobody can delete them while articles bear their names."""
    return Author.objects.filter(affiliation=AFFILIATION).exists()


def contents() -> str:
    """The numbers of articles and comments, in words."""
    return f"{Article.objects.count():,} articles, {Comment.objects.count():,} comments"
