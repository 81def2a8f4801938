"""The same on a database that was made with LC_CTYPE C, as hosters do, where PostgreSQL knows ASCII letters only."""

import subprocess

import pytest
from django.db import connection

from config.backups import postgres
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
        _copy_to(name)
        _use(name)
    yield
    with django_db_blocker.unblock():
        _use(usual)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _copy_to(name):
    """What the migrations made, without their quarter of a minute."""
    server = postgres.server_version()
    dump, restore = (
        postgres.find_program(f"pg_{do}", server=server).path for do in ("dump", "restore")
    )
    (here, environment), (there, _) = (
        postgres.address(connection),
        postgres.address(connection, name=name),
    )
    words = [dump, "--format=custom", f"--dbname={here}"]
    made = subprocess.run(words, env=environment, capture_output=True, check=True).stdout
    words = [restore, "--exit-on-error", f"--dbname={there}"]
    subprocess.run(words, env=environment, input=made, check=True)


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = name


def test_operator_is_told_of_the_locale():
    (message,) = check_letters(databases=["default"])

    assert message.id == "colophon.W001"
    assert "LC_CTYPE C," in message.msg
    assert "LC_CTYPE 'C.UTF-8'" in message.hint
