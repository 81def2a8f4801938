from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from config.web.cache.shared_pages import forget_shared_pages
from config.web.files.media_storage import remove_orphans
from config.web.files.whole_files import remove_drafts
from config.web.models import Installation, KeptForm, Purge, RateLimit

RATE_LIMITS_KEPT_FOR = timedelta(days=2)  # no window is longer than a day
TASKS_KEPT_FOR = timedelta(days=7)
FAILED_TASKS_KEPT_FOR = timedelta(days=30)  # to look for the reason


@task()
def prune_task_results() -> None:
    """Forget tasks that ended, after their time."""
    call_command(
        "prune_db_task_results",
        min_age_days=TASKS_KEPT_FOR.days,
        failed_min_age_days=FAILED_TASKS_KEPT_FOR.days,
        verbosity=0,
    )


@task()
def prune_sessions() -> None:
    """Forget sessions of people at the desk that have ended."""
    call_command("clearsessions")


@task()
def prune_rate_limits() -> None:
    """Forget windows that have ended."""
    RateLimit.objects.filter(window_start__lt=timezone.now() - RATE_LIMITS_KEPT_FOR).delete()


@task()
def prune_kept_forms() -> None:
    """Forget what was typed into forms of the admin and has not been saved for a month."""
    KeptForm.objects.filter(opened_at__lt=timezone.now() - KeptForm.FOR).delete()


@task()
def end_purges() -> None:
    """If no CDN is set: stop queueing purges, and delete those that are queued."""
    if not settings.CDN_PURGE_KIND and Installation.objects.filter(has_cdn=True).update(
        has_cdn=False
    ):
        Purge.objects.all().delete()


@task()
def prune_shared_pages() -> None:
    """Delete shared pages that are old, changed or too many."""
    forget_shared_pages()


@task()
def prune_files() -> None:
    """Remove half-written files and uploads without a row, which killed processes leave."""
    remove_drafts(settings.VAR_DIR, below=False)  # PostgreSQL's data is below
    for folder in filter(None, (settings.MEDIA_ROOT, settings.MAIL_DIR)):
        remove_drafts(Path(folder))
    remove_orphans()
