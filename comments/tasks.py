from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from comments.models import Comment, Notice, Report, WaitingMail, Writer
from comments.models.most_discussed import choose_most_discussed
from comments.moderating import digests
from comments.writers.mails import send_confirmation, send_notice
from comments.writers.waiting import send_waiting

NETWORKS_KEPT_FOR = timedelta(days=30)
NOTICES_KEPT_FOR = timedelta(days=30)
REPEATED_KEPT_FOR = timedelta(days=90)  # as long as a browser remembers its own comments


@task()
def forget_networks() -> None:
    """Forget networks after a month, which is long enough to see where a flood came from."""
    before = timezone.now() - NETWORKS_KEPT_FOR
    Comment.objects.forget_networks(before=before)
    Report.objects.forget_networks(before=before)


@task()
def send_writers_mail() -> None:
    """Send the mails that are due to those who comment, also those that a killed task left."""
    Notice.objects.requests().deliver_due_mail(send_notice)
    Writer.objects.deliver_due_mail(send_confirmation)
    Notice.objects.deliver_due_mail(send_notice)


@task()
def forget_notices() -> None:
    """Delete notices and repeated comments that are older than they are needed."""
    now = timezone.now()
    Notice.objects.filter(created_at__lt=now - NOTICES_KEPT_FOR).delete()
    Comment.objects.forget_repeated(before=now - REPEATED_KEPT_FOR)


@task()
def send_waiting_mail() -> None:
    """Tell the writers of articles, at most once an hour, what waits under theirs."""
    WaitingMail.objects.deliver_due_mail(send_waiting)


@task()
def choose_discussed_articles() -> None:
    """Choose the articles that the front page names as most discussed."""
    choose_most_discussed()


@task()
def send_moderators_mail() -> None:
    """Digests and alarms that are due."""
    digests.send_due()
