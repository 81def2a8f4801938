from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from comments.models import Comment, DataRequest, Notice, Report, Writer
from comments.moderating import digests
from comments.writers.mails import send_confirmation, send_link_to_data, send_notice

NETWORKS_KEPT_FOR = timedelta(days=30)
NOTICES_KEPT_FOR = timedelta(days=30)
DATA_REQUESTS_KEPT_FOR = timedelta(days=3)
REPEATED_KEPT_FOR = timedelta(days=90)  # as long as a browser remembers its own comments


@task()
def forget_networks() -> None:
    """A month is long enough to see where a flood came from."""
    before = timezone.now() - NETWORKS_KEPT_FOR
    Comment.objects.forget_networks(before=before)
    Report.objects.forget_networks(before=before)


@task()
def send_writers_mail() -> None:
    """Send what is due to those who comment; what a killed task or an unreachable mail server left, too."""
    Notice.objects.requests().deliver_due_mail(send_notice)
    Writer.objects.deliver_due_mail(send_confirmation)
    DataRequest.objects.deliver_due_mail(send_link_to_data)
    Notice.objects.deliver_due_mail(send_notice)


@task()
def forget_notices() -> None:
    """Sent ones only say that something was told; what could not be sent for so long is no news."""
    now = timezone.now()
    Notice.objects.filter(created_at__lt=now - NOTICES_KEPT_FOR).delete()
    DataRequest.objects.filter(requested_at__lt=now - DATA_REQUESTS_KEPT_FOR).delete()
    Comment.objects.forget_repeated(before=now - REPEATED_KEPT_FOR)


@task()
def send_moderators_mail() -> None:
    """Digests and alarms that are due."""
    digests.send_due()
