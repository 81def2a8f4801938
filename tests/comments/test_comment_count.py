"""Machines are told how many comments an article has."""

import pytest

from tests import factories
from tests.markup import linked_data


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 2])
def test_structured_data_counts_approved_comments(client, number):
    article = factories.published_article()
    factories.comment(article)
    for _time in range(number):
        factories.approved_comment(article)

    page = client.get(article.get_absolute_url()).text

    pages = [node for node in linked_data(page)["@graph"] if node["@type"] == "MedicalWebPage"]
    assert pages[0]["mainEntity"]["commentCount"] == number
