from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from comments import digests
from comments.models import Comment

NETWORKS_KEPT_FOR = timedelta(days=30)


@task()
def forget_networks() -> None:
    """A month is long enough to see where a flood came from."""
    Comment.objects.forget_networks(before=timezone.now() - NETWORKS_KEPT_FOR)


@task()
def send_moderators_mail() -> None:
    """Digests and alarms that are due."""
    digests.send_due()
