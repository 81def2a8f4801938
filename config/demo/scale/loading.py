"""Loads a publication of any size, once, and only where nothing else lives."""

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
    """Fill an empty database; False, and nothing is changed, where it was filled before. Then call tidy().

    Raises RealContent, and changes nothing, where the database is in use for something else.
    """
    with transaction.atomic():
        one_at_a_time()
        if is_loaded():
            return False
        refuse_real_content()
        _fill(articles, comments, say)
    return True


def tidy() -> None:
    """So that the database plans its queries for what is there. Not within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def is_loaded() -> bool:
    """Told by its people, whom nobody can delete while articles stand under their names."""
    return Author.objects.filter(affiliation=AFFILIATION).exists()


def contents() -> str:
    return f"{Article.objects.count():,} articles, {Comment.objects.count():,} comments"


def _fill(articles: int, comments: int, say: Callable[[str], object]) -> None:
    words = Words(random.Random(7))  # noqa: S311 - the same texts every time
    now = timezone.now()
    say(f"Writing {articles:,} articles …")
    make_articles(words, articles, paragraphs=PARAGRAPHS, now=now, say=say)
    say(f"Writing {comments:,} comments …")
    make_comments(words, comments, now=now, say=say)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, EVERYTHING])
