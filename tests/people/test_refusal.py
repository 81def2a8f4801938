"""Who may not do something stays at the desk; what cannot be deleted says what to do instead."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_refusal_says_who_one_is_and_leads_back(client_of, author):
    page = client_of(author).get("/admin/auth/user/")

    assert page.status_code == 403
    assert "arthur" in page.text
    assert "Author" in page.text
    assert 'class="button" href="/admin/"' in page.text
    assert "nonce-" in page["Content-Security-Policy"]
    assert 'id="user-tools"' in page.text


def test_refusal_elsewhere_is_the_sites_own(client):
    page = client.post(
        "/newsletter/", {"email": "a@example.org"}, headers={"sec-fetch-site": "cross-site"}
    )

    assert page.status_code == 403
    assert 'id="user-tools"' not in page.text


def test_reader_with_a_login_sees_no_desk(client_of):
    reader = factories.user("rita")

    page = client_of(reader).get("/admin/auth/user/")

    assert 'id="user-tools"' not in page.text


def topic_in_use():
    topic = factories.topic(name="Sleep")
    for _number in range(2):
        factories.draft(topic=topic)
    return topic, "2 articles have the topic “Sleep”. Give them another topic first."


def author_in_use():
    author = factories.author(name="Ana")
    factories.draft(by=author)
    return author, "Ana is named in 1 article. Name somebody else there first."


def discussed_article():
    article = factories.draft(title="Stairs")
    factories.comment(article)
    return article, "1 comment belongs to “Stairs”. Withdraw the article instead."


@pytest.mark.parametrize("make", [topic_in_use, author_in_use, discussed_article])
def test_protected_row_says_what_to_do_instead(client_of, boss, make):
    row, advice = make()
    desk = client_of(boss)
    place = f"/admin/articles/{row._meta.model_name}/"

    one = desk.get(f"{place}{row.pk}/delete/", follow=True)
    several = desk.post(place, {"action": "delete_selected", "_selected_action": [row.pk]})

    assert advice in one.text
    assert advice in several.text
    assert "Nothing was" in one.text
