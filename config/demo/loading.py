"""Loads the magazine once, and only where nothing else lives."""

from collections.abc import Callable

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Author, Topic
from comments.models import Comment
from config.demo import logins
from config.demo.magazine import affiliation, make_magazine
from config.demo.readership import make_readership
from config.web.files.media_storage import no_orphans
from newsletter.models import Subscriber

_LOCK = 0x436F6C6F  # any number that nothing else locks


class RealContent(Exception):
    """The database holds something that the demonstration did not make."""


def load(say: Callable[[str], object]) -> dict[str, str]:
    """Load the magazine where it is missing; returns the password of each account by username.

    Raises RealContent, and changes nothing, where the database is in use for something else.
    """
    with no_orphans(), transaction.atomic():
        one_at_a_time()
        is_new = not is_loaded()
        if is_new:
            refuse_real_content(_accounts())
        passwords = logins.ensure_accounts()
        if is_new:
            _fill(say)
        else:
            say("The demonstration magazine is loaded already.")
    logins.keep(passwords)
    return passwords


def is_loaded() -> bool:
    """Told by its people, whom nobody can delete while articles stand under their names."""
    return Author.objects.filter(affiliation=affiliation()).exists()


def _fill(say: Callable[[str], object]) -> None:
    now = timezone.now()
    say("Writing articles and drawing their pictures …")
    make_magazine(now)
    say("Letting readers comment and subscribe …")
    make_readership(now)
    say(
        f"Loaded {Article.objects.count()} articles, {Comment.objects.count()} comments "
        f"and {Subscriber.objects.count()} subscribers."
    )


def one_at_a_time() -> None:
    """Two that load at the same moment would both find the database empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def refuse_real_content(others: dict[str, int] | None = None) -> None:
    """Raises RealContent when there is any, or any of `others` (how many there are by name)."""
    counts = {
        str(model._meta.verbose_name_plural): model._default_manager.count()
        for model in (Article, Author, Topic, Comment, Subscriber, LogEntry)
    } | (others or {})
    found = [f"{name}: {count}" for name, count in counts.items() if count]
    if found:
        raise RealContent(", ".join(found))


def _accounts() -> dict[str, int]:
    taken = User.objects.filter(username__in=logins.ROLES)
    return {"accounts by the demonstration’s names": taken.count()}
