from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from config.web.models import RateLimit

LONGEST_WINDOW = timedelta(days=1)


@task()
def prune_rate_limits() -> None:
    """Forget windows that have ended."""
    RateLimit.objects.filter(window_start__lt=timezone.now() - 2 * LONGEST_WINDOW).delete()
