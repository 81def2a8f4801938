from django.tasks import task

from articles.models.scheduled_step import take_due_steps
from articles.search.words import read_new_words


@task()
def take_scheduled_steps() -> None:
    """Publish changes of public articles and withdraw articles whose time has come."""
    take_due_steps()


@task()
def read_search_words() -> None:
    """Store the words of articles that became public or changed, to correct mistyped queries."""
    while read_new_words():
        pass
