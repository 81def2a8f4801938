"""Loads the demonstration magazine once, and only into an empty database."""

from collections.abc import Callable

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Author, Topic
from articles.models.related_list import choose_related_lists
from comments.models import Comment
from comments.models.most_discussed import choose_most_discussed
from config.demo import logins
from config.demo.desk_work import make_desk_work
from config.demo.magazine import affiliation, make_magazine
from config.demo.readership import make_comments, make_subscribers
from config.web.files.media_storage import no_orphans
from newsletter.models import Subscriber

_LOCK = 0x436F6C6F  # any number that nothing else locks


class RealContent(Exception):
    """The database holds rows that the demonstration did not make."""


def load(say: Callable[[str], object]) -> dict[str, str]:
    """Load the magazine if it is missing. Returns the password of each account by its username.

    Raises RealContent, and changes nothing, where the database is in use for something else.
    """
    with no_orphans(), transaction.atomic():
        one_at_a_time()
        is_new = not is_loaded()
        if is_new:
            taken = User.objects.filter(username__in=logins.ROLES).count()
            refuse_real_content({"accounts by the demonstration’s names": taken})
        passwords = logins.ensure_accounts()
        if is_new:
            now = timezone.now()
            say("Writing articles and drawing their pictures …")
            make_magazine(now)
            choose_related_lists()
            say("Letting readers comment and subscribe …")
            make_comments(now)
            choose_most_discussed()
            make_subscribers(now)
            make_desk_work(now)
            say(
                f"Loaded {Article.objects.count()} articles, {Comment.objects.count()} comments "
                f"and {Subscriber.objects.count()} subscribers."
            )
        else:
            say("The demonstration magazine is loaded already.")
    logins.keep(passwords)
    return passwords


def is_loaded() -> bool:
    """Whether its people are there. Nobody can delete them while articles bear their names."""
    return Author.objects.filter(affiliation=affiliation()).exists()


def one_at_a_time() -> None:
    """Lock, because two loads at the same moment would both find the database empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def refuse_real_content(others: dict[str, int] | None = None) -> None:
    """Raise RealContent when the database is in use.

    `others` are further numbers of rows by their names, which must be 0, too.
    """
    counts = {
        str(model._meta.verbose_name_plural): model._default_manager.count()
        for model in (Article, Author, Topic, Comment, Subscriber, LogEntry)
    } | (others or {})
    found = [f"{name}: {count}" for name, count in counts.items() if count]
    if found:
        raise RealContent(", ".join(found))
