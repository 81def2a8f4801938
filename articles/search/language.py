"""The language of the search, from LANGUAGE_CODE: its grammar lets "sleeping" find "sleep"."""

from itertools import batched

from django.conf import settings
from django.db import connection

from articles.models import Article

CONFIG = "colophon"  # the text search configuration, made by migration 0002
# Django's language codes whose stemmer comes with every supported PostgreSQL. In other languages
# only whole words match.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip


def configure_sql(language_code: str) -> str:
    """The statement that sets the language of the configuration. It does not read texts again."""
    stemmer = _STEMMERS.get(language_code.lower().partition("-")[0])
    dictionary = f"{stemmer}_stem" if stemmer else "simple"
    return f"""
        ALTER TEXT SEARCH CONFIGURATION {CONFIG}
            ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
            WITH unaccent, {dictionary}
    """


def use_language(language_code: str = "") -> int:
    """Set the language of the search and read all articles again; returns their number.

    `language_code` is LANGUAGE_CODE by default. Call it once after that setting was changed.
    Readers can search meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(configure_sql(language_code or settings.LANGUAGE_CODE))
    return rebuild()


def rebuild() -> int:
    """Read all articles again; returns their number.

    A few at a time, so that somebody who saves an article need not wait for all of them.
    """
    numbers = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for some in batched(numbers, 200):
            cursor.execute("SELECT articles_search_refresh(%s)", [list(some)])
            cursor.execute("SELECT articles_unpublished_refresh(%s)", [list(some)])
    return len(numbers)
