from django.tasks import task

from articles.models import ExpertLink
from articles.models.scheduled_step import take_due_steps
from articles.search.words import read_new_words
from articles.signoff.mails import send_link


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
def send_expert_link(link_id: int) -> None:
    """Mail one link to its expert, unless it was sent or another worker has it."""
    ExpertLink.objects.usable().deliver_mail(link_id, send_link)


@task()
def send_due_expert_links() -> None:
    """Mail the links that a killed task or an unreachable mail server left."""
    ExpertLink.objects.usable().deliver_due_mail(send_link)
