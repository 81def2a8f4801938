"""Checks that ask the database."""

from datetime import datetime, timedelta

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from config.doctor import Finding, error, good, warning
from config.web.cdn.purging import Purge
from config.web.checks import check_letters, check_origin
from config.web.mail.hold import mail_may_leave
from config.web.watching.rows import Heartbeat

OLDEST_SERVER = 15  # Django 6.1 knows no earlier one
WORKER_SILENT = timedelta(minutes=2)
FEED_SECONDS = 3.0
NOTIFY = "SELECT pg_notify(%s, '')"
CLOCK_OFF, CLOCK_WRONG = 2.0, 60.0


def server() -> list[Finding]:
    """PostgreSQL's version, and the encoding of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if major < OLDEST_SERVER:
        return error(f"PostgreSQL {major}", f"Upgrade to PostgreSQL {OLDEST_SERVER} or later.")
    if encoding != "UTF8":
        return error(
            f"The database has the encoding {encoding}.",
            "Make a new one with ENCODING 'UTF8' and load a dump of this one.",
        )
    return good(f"PostgreSQL {major}, UTF8")


def letters() -> list[Finding]:
    """The locale by which words are split."""
    found = check_letters(databases=["default"])
    if found:
        return warning(found[0].msg, str(found[0].hint))
    return good("The locale knows letters of all scripts.")


def extensions() -> list[Finding]:
    """Colophon needs none; one that an operator added has to fit the server after an upgrade."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, installed_version, default_version FROM pg_available_extensions"
            " WHERE installed_version <> default_version"
        )
        old = cursor.fetchall()
    if old:
        name, installed, newest = old[0]
        return warning(
            f"The extension {name} is at {installed}, the server has {newest}.",
            f"ALTER EXTENSION {name} UPDATE;",
        )
    return good("No extension is needed, and none is outdated.")


def migrations() -> list[Finding]:
    """Whether the schema fits the code."""
    early = check_origin(databases=["default"])
    if early:
        return error(early[0].msg, str(early[0].hint))
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        said = f"{len(missing)} migrations have not run, the first is {missing[0][0]}."
        return error(said, "Run manage.py migrate.")
    return good("All migrations have run.")


def clock() -> list[Finding]:
    """This machine's clock against the database's."""
    off = abs((timezone.now() - database_time()).total_seconds())
    said = f"The clock differs from the database's by {off:.1f} s."
    if off < CLOCK_OFF:
        return good(said)
    advice = "Let a time service (chrony, systemd-timesyncd) set the clocks of both machines."
    return error(said, advice) if off > CLOCK_WRONG else warning(said, advice)


def database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def worker() -> list[Finding]:
    """Whether tasks are taken from the queue, and a worker gives signs of life."""
    since = timezone.now() - WORKER_SILENT
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=since).count()
    if waiting:
        return error(
            f"{waiting} tasks have waited for more than {WORKER_SILENT.seconds // 60} minutes.",
            "No worker is at work. Start manage.py worker, and look at its log.",
        )
    workers = Heartbeat.objects.filter(kind=Heartbeat.Kind.WORKER)
    if number := workers.alive().count():
        return good(f"No task waits, and {number} workers give signs of life.")
    advice = "Start manage.py worker: without it no mail goes out, and nothing is cleared away."
    if workers.exists():
        return error("No worker has given a sign of life for two minutes.", advice)
    return warning("No worker has run here for a day.", advice)


def change_feed() -> list[Finding]:
    """Whether notifications arrive at a listening connection, as the page cache needs."""
    parameters = connections[settings.CHANGE_FEED_DATABASE].get_connection_params()
    channel = f"doctor_{get_random_string(12).lower()}"
    with psycopg.connect(**parameters | {"autocommit": True}) as listening:
        listening.execute(f"LISTEN {channel}")
        with connection.cursor() as cursor:
            cursor.execute(NOTIFY, [channel])
        for _heard in listening.notifies(timeout=FEED_SECONDS, stop_after=1):
            return good("Changes are heard: the page cache works.")
    return error(
        "Notifications do not arrive, so the page cache keeps nothing.",
        "Behind a pooler in transaction mode, set CHANGE_FEED_URL to the database itself.",
    )


def shared_media() -> list[Finding]:
    """Whether all machines keep media in one place: a picture is missing on the others else."""
    places = Heartbeat.objects.media()
    if len(places) > 1:
        return error(
            f"The web processes keep media in {len(places)} places: a reader gets a picture from"
            " one machine and 404 from another.",
            "Set MEDIA_S3_URL, or share the folder of media between the machines.",
        )
    return good("No two machines keep media apart.")


def cdn() -> list[Finding]:
    """Whether the CDN is told of changes."""
    since = timezone.now() - WORKER_SILENT
    late = Purge.objects.filter(due_at__lt=since) | Purge.objects.filter(attempts__gt=5)
    if late.exists():
        return error(
            "Pages that changed were not purged at the CDN.",
            "Look for “purges wait” in the worker's log: it has the CDN's answer. Check"
            " CDN_PURGE_URL and CDN_PURGE_KEY.",
        )
    return good(f"The CDN is told of changes: {settings.CDN_PURGE_KIND or 'there is none'}.")


def mail_hold() -> list[Finding]:
    """Whether this may be a copy that must not mail."""
    if mail_may_leave():
        return good("Mail is not on hold.")
    return warning(
        "Mail is on hold: this may be a copy of the publication.",
        "If it is the publication itself, run manage.py release_mail.",
    )
