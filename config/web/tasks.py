from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from config.web.files.media_storage import remove_orphans
from config.web.files.whole_files import remove_drafts
from config.web.models import KeptForm, RateLimit

LONGEST_WINDOW = timedelta(days=1)


@task()
def prune_task_results() -> None:
    """Forget tasks that ended a week ago. Failed ones stay a month, to look for the reason."""
    call_command("prune_db_task_results", min_age_days=7, failed_min_age_days=30, verbosity=0)


@task()
def prune_rate_limits() -> None:
    """Forget windows that have ended."""
    RateLimit.objects.filter(window_start__lt=timezone.now() - 2 * LONGEST_WINDOW).delete()


@task()
def prune_kept_forms() -> None:
    """Forget what was typed into forms of the admin and has not been saved for a month."""
    KeptForm.objects.filter(opened_at__lt=timezone.now() - KeptForm.FOR).delete()


@task()
def prune_files() -> None:
    """Remove half-written files and uploads without a row, which killed processes leave."""
    remove_drafts(settings.VAR_DIR, below=False)  # PostgreSQL's data is below
    for folder in filter(None, (settings.MEDIA_ROOT, settings.MAIL_DIR)):
        remove_drafts(Path(folder))
    remove_orphans()
