from django.tasks import task

from articles.search.words import read_new_words


@task()
def read_search_words() -> None:
    """Store the words of articles that became public or changed, to correct mistyped queries."""
    while read_new_words():
        pass
