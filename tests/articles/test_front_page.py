"""The front page as editors arrange it: lead, sections, and cards whatever the content."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import FrontPage
from tests import factories
from tests.clock import after
from tests.markup import one_line

ADMIN = "/admin/articles/frontpage/1/change/"
SECTIONS = dict(zip(FrontPage.SECTIONS, range(1, 7), strict=True))


def arrange(**fields):
    return FrontPage.objects.update_or_create(pk=1, defaults=fields)[0]


def lead_of(client):
    return client.get("/").context["front"].lead.title


def test_newest_article_leads_while_nobody_has_chosen(client, db):
    factories.published_article(title="Older", days_ago=9)
    factories.published_article(title="Newest")

    assert lead_of(client) == "Newest"


def test_chosen_article_leads_until_its_time(client, db):
    chosen = factories.published_article(title="Chosen", days_ago=9)
    factories.published_article(title="Newest")
    arrange(lead=chosen, lead_until=timezone.now() + timedelta(days=2))

    assert lead_of(client) == "Chosen"
    with after(days=3):
        assert lead_of(client) == "Newest"


def test_chosen_article_without_a_time_leads_on(client, db):
    chosen = factories.published_article(title="Chosen", days_ago=9)
    factories.published_article(title="Newest")
    arrange(lead=chosen)

    with after(days=300):
        assert lead_of(client) == "Chosen"


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled_article])
def test_lead_that_readers_cannot_see_does_not_lead(client, db, make):
    factories.published_article(title="Newest")
    arrange(lead=make(title="Secret"))

    assert lead_of(client) == "Newest"


def test_lead_stands_in_no_other_section(client, db):
    chosen = factories.published_article(title="Chosen one", days_ago=9, topic=factories.topic())
    chosen.pick(by=None)
    factories.published_article(title="Newest")
    arrange(lead=chosen)

    assert client.get("/").text.count(">Chosen one</a>") == 1


def test_sections_follow_the_order_of_the_editor_and_can_be_hidden(client, db):
    for number in range(9):
        factories.published_article(title=f"Piece {number}", topic=factories.topic())
    arrange(topics=1, latest=2, newsletter=None)

    text = one_line(client.get("/").text)

    assert text.index("More by topic") < text.index(">Latest<")
    assert 'id="signup"' not in text


def test_article_of_a_hidden_section_may_stand_in_another(client, db):
    topic = factories.topic()
    for number in range(3):
        factories.published_article(title=f"Piece {number}", topic=topic, days_ago=number + 1)
    arrange(latest=None)

    assert ">Piece 1</a>" in client.get("/").text


def test_site_with_one_article_has_no_empty_section(client, db):
    factories.published_article(title="The only one", topic=factories.topic())

    text = one_line(client.get("/").text)

    assert not [
        name
        for name in ("Latest", "picks", "More by topic", "All articles</a></p>")
        if f">{name}" in text
    ]
    assert text.count("The only one") == 1


def test_introduction_stands_above_the_lead(client, db):
    factories.published_article(title="Lead")
    arrange(introduction="Health, <checked>.")

    text = client.get("/").text

    assert text.index("Health, &lt;checked&gt;.") < text.index(">Lead</a>")


def test_picks_name_their_authors(client, db):
    factories.published_article(title="Lead")
    picked = factories.published_article(title="Pick", by=factories.author(name="Ada"), days_ago=90)
    picked.pick(by=None)
    arrange(latest=None)

    assert "Ada" in client.get("/").text


def test_card_without_a_standfirst_shows_the_beginning_of_the_text(client, db):
    factories.published_article(
        body=f"<h2>Why</h2><h3>Is it so?</h3><p>Because {'of many words ' * 40}.</p>"
    )

    text = one_line(client.get("/").text)

    assert "Because of many words of many" in text
    assert "Why Because" not in text
    assert "Is it so? Because" not in text
    assert "of many…" in text or "of…" in text or "words…" in text


def test_standfirst_goes_before_the_beginning_of_the_text(client, db):
    factories.published_article(standfirst="In one sentence.", body="<p>The text itself.</p>")

    text = client.get("/").text

    assert "In one sentence." in text
    assert "The text itself." not in text


def test_front_page_costs_the_same_queries_however_much_is_there(
    client, db, django_assert_num_queries
):
    counts = []
    for round_ in range(2):
        for number in range(9):
            article = factories.published_article(topic=factories.topic(), days_ago=number + 1)
            article.pick(by=None)
            factories.series(article, factories.published_article(title=f"{round_} {number}"))
        arrange(lead=article)
        with django_assert_num_queries(10):
            client.get("/")
        counts.append(client.get("/"))

    assert all(len(page.context["front"].topics) for page in counts)


def test_editor_arranges_the_page(client_of, editor):
    article = factories.published_article()
    browser = client_of(editor)
    assert browser.get("/admin/articles/frontpage/", follow=True).status_code == 200

    sent = {
        **SECTIONS,
        "lead": article.pk,
        "picks": "",
        "lead_until_0": "2099-05-01",
        "lead_until_1": "06:00",
    }
    response = browser.post(ADMIN, sent)

    front = FrontPage.objects.get()
    assert response.status_code == 302
    assert front.lead == article
    assert "picks" not in front.sections


def test_end_without_a_lead_is_refused_with_the_text_kept(client_of, editor):
    FrontPage.current()

    sent = {
        **SECTIONS,
        "introduction": "Kept.",
        "lead_until_0": "2099-05-01",
        "lead_until_1": "06:00",
    }
    response = client_of(editor).post(ADMIN, sent)

    assert "Choose the article that leads until then." in response.text
    assert "Kept." in response.text


def test_author_cannot_arrange_the_page(client_of, author):
    FrontPage.current()

    response = client_of(author).post(ADMIN, {**SECTIONS, "introduction": "Mine."})

    assert response.status_code == 403
    assert FrontPage.objects.get().introduction == ""


def test_anonymous_is_sent_to_the_login(client, db):
    assert "/login/" in client.post(ADMIN, SECTIONS).url
