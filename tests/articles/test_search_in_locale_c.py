"""The same on a database that was made with LC_CTYPE C, as hosters do, where PostgreSQL knows ASCII letters only."""

import pytest
from django.core.management import call_command
from django.db import connection

from config.web.checks import check_letters
from tests.articles.test_search_signs import (  # noqa: F401 - run here once more
    test_any_part_of_a_text_without_spaces_is_found,
    test_editors_find_articles_by_the_same_rule,
    test_match_is_marked_without_the_signs_around_it,
    test_moderators_find_comments_by_the_same_rule,
    test_related_articles_share_words_beside_signs,
    test_two_spellings_find_each_other,
    test_word_is_found_beside_any_sign,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(scope="module", autouse=True)
def database_in_locale_c(django_db_setup, django_db_blocker):
    usual = connection.settings_dict["NAME"]
    name = f"{usual}_c"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc"
                " LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        _use(name)
        call_command("migrate", verbosity=0)
    yield
    with django_db_blocker.unblock():
        _use(usual)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = name


def test_operator_is_told_of_the_locale():
    (message,) = check_letters(databases=["default"])

    assert message.id == "colophon.W001"
    assert "LC_CTYPE C," in message.msg
    assert "LC_CTYPE 'C.UTF-8'" in message.hint
