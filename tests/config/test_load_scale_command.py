"""Where the grown publication may be loaded, and what is said meanwhile."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Author
from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize("make", [factories.draft, factories.author, factories.subscriber])
def test_load_is_refused_where_there_is_real_content(db, make):
    make()

    with pytest.raises(CommandError, match="content of its own"):
        call_command("load_scale", articles=10, comments=10)

    assert Article.objects.count() + Author.objects.count() <= 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_command_tells_its_progress_and_tidies_up():
    output = StringIO()

    call_command("load_scale", articles=10, comments=20, stdout=output)

    lines = output.getvalue().splitlines()
    assert lines[0] == "Writing 10 articles …"
    assert lines[-1] == "Loaded: 10 articles, 20 comments."
