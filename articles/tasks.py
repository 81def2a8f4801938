from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from articles.handing_over import mails, reminders
from articles.links.reading import check_own_links, read_links
from articles.models import ExpertLink, KeptUpload, Link, Notice
from articles.models.read_count import forget_old_reads
from articles.models.related_list import choose_related_lists
from articles.models.scheduled_step import take_due_steps
from articles.search.words import read_new_words
from articles.signoff.mails import send_link

NOTICES_KEPT_FOR = timedelta(days=30)


@task()
def take_scheduled_steps() -> None:
    """Publish changes of public articles and withdraw articles whose time has come."""
    take_due_steps()


@task()
def read_search_words() -> None:
    """Store the words of articles that became public or changed, to correct mistyped queries."""
    while read_new_words():
        pass


@task()
def choose_related_articles() -> None:
    """Choose the related articles of those that are like a new or changed article."""
    while choose_related_lists():
        pass


@task()
def send_notice(notice_id: int) -> None:
    """Send one mail about an article, unless it was sent or another worker has it."""
    Notice.objects.deliver_mail(notice_id, mails.send_notice)


@task()
def send_due_notices() -> None:
    """Send the mails about articles that are due, also those that a killed task left."""
    Notice.objects.deliver_due_mail(mails.send_notice)


@task()
def remind_of_reviews() -> None:
    """Owe editors the mails about reviews that are due, or will be in a week or a month."""
    reminders.owe_reminders()


@task()
def forget_notices() -> None:
    """Delete notices that are not needed any more."""
    Notice.objects.forget_old(before=timezone.now() - NOTICES_KEPT_FOR)


@task()
def forget_reads() -> None:
    """Delete the numbers of reads of days that are long ago."""
    forget_old_reads()


@task()
def send_expert_link(link_id: int) -> None:
    """Mail one link to its expert, unless it was sent or another worker has it."""
    ExpertLink.objects.usable().deliver_mail(link_id, send_link)


@task()
def send_due_expert_links() -> None:
    """Mail the links that a killed task or an unreachable mail server left."""
    ExpertLink.objects.usable().deliver_due_mail(send_link)


@task()
def forget_kept_uploads() -> None:
    """Delete pictures of forms that came back with an error and were not sent again for a day."""
    KeptUpload.objects.forget_old()


@task()
def look_after_links() -> None:
    """Read the links of some articles that were saved, and check those to pages of this site."""
    read_links()
    check_own_links()


@task()
def forget_links() -> None:
    """Delete links that no article has any more."""
    Link.objects.unused().delete()
