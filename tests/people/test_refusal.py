"""Who may not do something stays at the desk; what cannot be deleted says what to do instead."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from newsletter.models import Issue
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
    return author, "Ana is named in 1 article. Name someone else there first."


def discussed_article():
    article = factories.draft(title="Stairs")
    factories.comment(article)
    return article, "1 comment belongs to “Stairs”. Withdraw the article instead."


def picture_as_hero():
    image = factories.image(title="Pan")
    factories.draft(hero=image)
    return image, "1 article shows “Pan”. Choose another picture there first."


def picture_in_a_text():
    image = factories.image(title="Pan")
    factories.draft(body=f'<p>It.</p><figure><img src="{image.file.url}" alt=""></figure>')
    return image, "“Pan” is used in the text of 1 article or page. Remove it there first."


def picture_in_an_issue():
    image = factories.image(title="Pan")
    factories.issue().blocks.create(kind="picture", image=image)
    return image, "1 newsletter block shows “Pan”. Remove it there first."


@pytest.mark.long
@pytest.mark.parametrize(
    "make",
    [
        topic_in_use,
        author_in_use,
        discussed_article,
        picture_as_hero,
        picture_in_a_text,
        picture_in_an_issue,
    ],
)
def test_protected_row_says_what_to_do_instead(client_of, boss, make):
    row, advice = make()
    desk = client_of(boss)
    place = f"/admin/articles/{row._meta.model_name}/"

    one = desk.get(f"{place}{row.pk}/delete/", follow=True)
    several = desk.post(place, {"action": "delete_selected", "_selected_action": [row.pk]})

    assert advice in one.text
    assert advice in several.text
    assert "Nothing was" in one.text


def public_article():
    article = factories.published_article(title="Stairs")
    return article, "“Stairs” is public. Withdraw it first."


def scheduled_issue():
    issue = factories.issue(subject="May")
    Issue.objects.filter(pk=issue.pk).update(status="scheduled", send_at=timezone.now())
    return issue, "“May” is scheduled. Return it to draft first."


def cancelled_issue():
    issue = factories.issue(subject="May")
    Issue.objects.filter(pk=issue.pk).update(status="cancelled")
    return issue, "“May” was sent or cancelled. It is kept as a record."


def group_of_a_role():
    text = "“Editor” is a built-in role. Remove it from the people who have it instead."
    return Group.objects.get(name="Editor"), text


@pytest.mark.long
@pytest.mark.parametrize(
    "make", [public_article, scheduled_issue, cancelled_issue, group_of_a_role]
)
def test_row_that_nobody_may_delete_says_what_to_do_instead(client_of, boss, make):
    row, advice = make()
    desk = client_of(boss)
    place = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"

    one = desk.get(f"{place}{row.pk}/delete/", follow=True)
    sent = desk.post(f"{place}{row.pk}/delete/", {"post": "yes"}, follow=True)
    several = desk.post(
        place,
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        follow=True,
    )

    assert type(row).objects.filter(pk=row.pk).exists()
    assert advice in one.text
    assert advice in sent.text
    if type(row) is not Issue:  # issues are deleted one by one
        assert advice in several.text
        assert "doesn\u2019t have permission" not in several.text


def test_who_may_not_delete_at_all_is_refused(client_of, author):
    article = factories.published_article(by=factories.author(user=author))

    assert client_of(author).get(f"/admin/articles/article/{article.pk}/delete/").status_code == 403
