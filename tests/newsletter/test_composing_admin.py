"""Issues are made from articles, previewed as a subscriber sees them, and tested on oneself."""

import pytest

from articles.models import Link
from newsletter.composing.warnings import warnings_of
from newsletter.models import Issue
from newsletter.sending.body import Body
from newsletter.sending.rendering import render_body
from tests import factories

FROM = "/admin/newsletter/issue/from-articles/"


def page_of(issue, name="preview/"):
    return f"/admin/newsletter/issue/{issue.pk}/{name}"


@pytest.mark.django_db
def test_strangers_are_sent_to_the_login(client):
    issue = factories.issue()

    for path in (FROM, page_of(issue), page_of(issue, "preview/mail/")):
        assert client.get(path).status_code == 302
    assert client.post(page_of(issue, "test/")).status_code == 302


@pytest.mark.parametrize("who", ["author", "moderator"])
def test_people_with_other_tasks_are_refused(client_of, who, request):
    client, issue = client_of(request.getfixturevalue(who)), factories.issue()

    for path in (FROM, page_of(issue), page_of(issue, "preview/mail/")):
        assert client.get(path).status_code == 403
    assert client.post(page_of(issue, "test/")).status_code == 403


@pytest.mark.parametrize("block", ["article", "whole"])
def test_ticked_articles_become_a_draft(client_of, editor, block):
    article = factories.published_article(title="Beds & more", standfirst="Soft ones.")
    factories.published_article(title="Another")

    answer = client_of(editor).post(FROM, {"article": [article.pk], "block": block})

    issue = Issue.objects.get()
    assert answer.url == page_of(issue, "change/")
    assert (issue.subject, issue.preheader, issue.status) == ("Beds & more", "Soft ones.", "draft")
    assert [(row.kind, row.article) for row in issue.blocks.all()] == [(block, article)]


def test_draft_is_not_offered_and_not_taken(client_of, editor):
    draft = factories.draft(title="Secret")
    client = client_of(editor)

    page = client.post(FROM, {"article": [draft.pk, "x"]})

    assert "Choose at least one article." in page.text
    assert "<title>Error: " in page.text
    assert "<title>Error: " not in client.get(FROM).text
    assert "Secret" not in page.text
    assert not Issue.objects.exists()


def test_preview_shows_frames_text_and_warnings(client_of, editor):
    issue = factories.issue(subject="<b>Bold</b>", intro="</pre><script>x</script>")
    issue.blocks.create(kind="article", article=factories.draft(title="Not yet"))

    page = client_of(editor).get(page_of(issue))
    text = page.text

    assert 'width="360"' in text
    assert 'width="700"' in text
    assert "&lt;/pre&gt;&lt;script&gt;" in text
    assert "There is no preview text" in text
    assert "“Not yet” is not published" in text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_frame_runs_nothing_and_is_light_or_dark(client_of, editor):
    issue, client = factories.issue(), client_of(editor)

    light = client.get(page_of(issue, "preview/mail/"))
    dark = client.get(page_of(issue, "preview/mail/?dark=on")).text

    assert "default-src 'none'" in light.headers["Content-Security-Policy"]
    assert "sandbox allow-same-origin" in light.headers["Content-Security-Policy"]
    assert light.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "@media not all" in light.text
    assert "@media all" in dark


def test_preview_as_a_subscriber_says_whether_it_goes_there(client_of, django_user_model):
    client = client_of(factories.user("root", is_superuser=True, group="Editor"))
    weekly = factories.subscriber(frequency="weekly", email="weekly@example.org")
    factories.subscriber(email="every@example.org")
    issue = factories.issue()

    def shown(address):
        return client.get(page_of(issue) + f"?as={address}").text

    assert "will get the issue" in shown("every@example.org")
    assert "will not get the issue" in shown(weekly.email)
    assert "No subscriber has this address" in shown("nobody@example.org")


def test_test_goes_to_oneself(client_of, editor, mailoutbox, django_capture_on_commit_callbacks):
    issue = factories.issue(subject="The\u202e week", intro="Hello")

    with django_capture_on_commit_callbacks(execute=True):
        client_of(editor).post(page_of(issue, "test/"))

    [mail] = mailoutbox
    assert mail.to == [editor.email]
    assert mail.subject.startswith("[Test] The")
    assert "slot.invalid" not in mail.body
    assert not issue.deliveries.exists()


@pytest.mark.django_db
def test_warnings(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Street"
    issue = factories.issue(preheader="Short")
    assert warnings_of(issue, render_body(issue)) == []

    issue.blocks.create(kind="picture", image=factories.image(alt_text="", title="Cup"))
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    said = " ".join(warnings_of(issue, Body(html="x" * 103_000, text="x")))

    assert "is 100 KB" in said
    assert "“Cup” has no alternative text" in said
    assert "No postal address" in said


@pytest.mark.django_db
def test_pictures_without_a_text_are_named_wherever_they_stand_but_decoration_is_not():
    silent = factories.image(title="Cup", alt_text="")
    ornament = factories.image(alt_text="", is_decoration=True)
    body = f'<p>Look:</p><figure><img src="{silent.file.url}" alt=""></figure>'
    issue = factories.issue(preheader="Short")
    for kind, fields in (
        ("article", {"hero": silent}), ("article", {"hero": ornament}), ("whole", {"body": body}),
    ):  # fmt: skip
        article = factories.published_article(title=f"With {kind}", **fields)
        issue.blocks.create(kind=kind, article=article)

    said = [text for text in warnings_of(issue, render_body(issue)) if "alternative" in text]

    assert said == [
        "The picture “Cup” has no alternative text.",
        "A picture in “With whole” has no alternative text.",
    ]


@pytest.mark.django_db
def test_link_that_failed_when_it_was_checked_is_named():
    failing = Link.objects.create(address="https://gone.example/a?b=1&c=2", host="gone.example")
    failing.fails("404")
    issue = factories.issue()
    for url in (failing.address, "https://fine.example/"):
        issue.blocks.create(kind="button", text="Go", url=url)

    said = [text for text in warnings_of(issue, render_body(issue)) if "https://" in text]

    assert said == [
        "The link https://gone.example/a?b=1&c=2 did not work when it was last checked:"
        " page not found (404)."
    ]


def test_links_of_an_issue_to_other_sites_are_checked_where_links_are(client_of, editor, settings):
    button = {
        "position": "1",
        "kind": "button",
        "text": "Go",
        "url": "https://other.example/a#part",
    }
    data = {
        "subject": "The week",
        "intro": "Hello",
        "blocks-INITIAL_FORMS": "0",
        "blocks-TOTAL_FORMS": "1",
    }
    data |= {f"blocks-0-{name}": value for name, value in button.items()}
    client = client_of(editor)

    client.post("/admin/newsletter/issue/add/", data)
    assert not Link.objects.exists()
    settings.CHECK_LINKS = True
    client.post("/admin/newsletter/issue/add/", data)

    link = Link.objects.due(own=False).get()
    assert link.address == "https://other.example/a"
    link.fails("404")
    issue = Issue.objects.last()
    assert any(link.address in said for said in warnings_of(issue, render_body(issue)))
