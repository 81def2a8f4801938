from django.tasks import task

from articles.search.words import read_new_words


@task()
def read_search_words() -> None:
    """Let the search know the words of articles that have become public or changed, to tell what mistyped ones mean."""
    while read_new_words():
        pass
