"""The desk's first page: short piles of work for each role, and figures drawn by week."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from comments.models.most_discussed import choose_most_discussed
from config.web.charts import HEIGHT, WIDTH, Chart
from tests import factories
from tests.clock import ago
from tests.markup import one_line

DESK = "/admin/"
LIST = "/admin/articles/article/"
_PILE = re.compile(r'<h3 id="pile-\d">([^<]+)</h3>(.*?)</section>', re.DOTALL)
_TITLE = re.compile(r'dir="auto">([^<]+)</a>')


def piles(client):
    """The titles of the articles by the name of the pile."""
    page = client.get(DESK).text
    return {name: _TITLE.findall(inside) for name, inside in _PILE.findall(page)}


def changed(article, title="Other words"):
    article.save_content(article.edited_content() | {"title": title}, by=None)
    return Article.objects.get(pk=article.pk)


def returned(by, to=None, reason="Add sources.", **fields):
    article = factories.draft(by=to, **fields)
    article.submit(by=None)
    article.send_back(by=by, reason=reason)
    return article


def test_editor_finds_the_work_in_piles(client_of, editor):
    factories.draft(title="Waits").submit(by=None)
    returned(None, factories.author(user=editor), title="Back")
    factories.published_article(title="Old facts", review_by=timezone.localdate())
    factories.scheduled_article(title="Tomorrow")
    changed(factories.published_article(title="Public"))

    assert piles(client_of(editor)) == {
        "Waiting for me": ["Waits"],
        "Returned to me": ["Back"],
        "Due for review": ["Old facts"],
        "Scheduled": ["Tomorrow"],
        "Unpublished changes": ["Public"],
        "Broken links": [],
    }


def test_author_finds_only_own_work(client_of, author, editor):
    own = factories.author(user=author)
    factories.draft(title="Begun", by=own)
    factories.draft(title="Handed in", by=own).submit(by=None)
    returned(editor, own, title="Back")
    returned(editor, factories.author(), title="Somebody else's")
    factories.draft(title="Foreign")

    assert piles(client_of(author)) == {
        "Returned to me": ["Back"],
        "Your drafts": ["Back", "Begun"],
        "Your articles in review": ["Handed in"],
    }


def test_moderator_has_no_pile_of_articles(client_of, moderator):
    factories.draft(title="Waits").submit(by=None)

    assert piles(client_of(moderator)) == {}


def test_desk_is_closed_to_strangers(client):
    assert client.get(DESK).status_code == 302


def test_reason_of_the_return_stands_in_the_pile(client_of, author, editor):
    returned(editor, factories.author(user=author), reason="Add <sources>.")

    assert "Add &lt;sources&gt;." in client_of(author).get(DESK).text


def test_what_one_took_back_is_not_returned(client_of, author):
    returned(author, factories.author(user=author), title="Mine")

    assert piles(client_of(author))["Returned to me"] == []


def test_article_sent_again_leaves_the_pile(client_of, author, editor):
    returned(editor, factories.author(user=author)).submit(by=author)

    assert piles(client_of(author))["Returned to me"] == []


def test_scheduled_changes_and_withdrawals_stand_among_the_scheduled(client_of, editor):
    now = timezone.now()
    article = changed(factories.published_article(title="Salt", by=factories.author()))
    article.schedule_changes(at=now + timedelta(days=3), by=None)
    article.schedule_withdrawal(at=now + timedelta(days=1), by=None)
    factories.scheduled_article(title="Sugar", days_ahead=2)

    desk = client_of(editor)

    assert piles(desk)["Scheduled"] == ["Salt", "Sugar", "Salt"]
    page = one_line(desk.get(DESK).text)
    assert page.index("Withdraw: ") < page.index("Publish: ") < page.index("Publish changes: ")


def test_pile_shows_five_and_leads_to_all(client_of, editor):
    for number in range(6):
        factories.draft(title=f"Waits {number}").submit(by=None)
    desk = client_of(editor)

    assert piles(desk)["Waiting for me"] == [f"Waits {number}" for number in range(5)]
    assert f'href="{LIST}?state=in_review"' in desk.get(DESK).text
    assert len(desk.get(f"{LIST}?state=in_review").context["cl"].result_list) == 6


def test_list_of_returned_drafts_leaves_others_out(client_of, editor):
    back = returned(None, title="Back")
    factories.draft(title="Begun")

    found = client_of(editor).get(f"{LIST}?state=returned").context["cl"].result_list

    assert [row.pk for row in found] == [back.pk]


def queries(client):
    cache.clear()
    with CaptureQueriesContext(connection) as found:
        assert client.get(DESK).status_code == 200
    return len(found)


@pytest.mark.long
@pytest.mark.parametrize("role", ["editor", "author"])
def test_size_costs_no_queries(client_of, request, role):
    person = request.getfixturevalue(role)
    own = factories.author(user=person)
    desk = client_of(person)
    desk.get(DESK)
    empty = queries(desk)
    for _number in range(7):
        factories.draft(by=own).submit(by=None)
        returned(None, own)
        factories.scheduled_article()
        changed(factories.published_article(review_by=timezone.localdate()))
        factories.comment(factories.published_article())
        factories.subscriber()

    assert queries(desk) == empty
    assert empty <= 20


# Figures


def test_most_discussed_stand_on_the_desk_of_those_who_look_after_them(client_of, editor, author):
    few, many = (factories.published_article(title=title) for title in ("Quiet", "Argued"))
    for article in (few, many, many):
        factories.approved_comment(article)
    choose_most_discussed()

    page = one_line(client_of(editor).get(DESK).text)

    _before, discussed = page.split("Most discussed")
    assert discussed.index("Argued") < discussed.index("Quiet")
    assert "Most discussed" not in client_of(author).get(DESK).text


def test_published_articles_are_drawn_by_week(client_of, editor):
    for days in (0, 7, 7, 200):
        factories.published_article(days_ago=days)

    page = one_line(client_of(editor).get(DESK).text)

    assert "Articles published" in page
    assert page.count('class="chart__bar chart__bar--1"') == 2
    assert len(re.findall(r"<td>2</td>", page)) == 1
    assert " style=" not in page


def test_figures_are_kept_for_some_minutes(client_of, editor, clock):
    desk = client_of(editor)
    draw = lambda: desk.get(DESK).text.count("chart__bar--1")  # noqa: E731
    before = draw()
    factories.published_article(days_ago=0)

    assert draw() == before
    clock.shift(minutes=6)
    assert draw() == before + 1


def test_author_sees_no_figures(client_of, author):
    assert "chart" not in client_of(author).get(DESK).text


def test_article_of_last_sunday_counts_to_the_week_before(client_of, editor, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    with ago(days=30):
        factories.published_article(days_ago=0)

    assert client_of(editor).get(DESK).text.count("chart__bar--1") == 1


def test_bars_fill_the_drawing():
    chart = Chart("Salt", ["In", "Out"], [("a", [4, 1]), ("b", [0, None]), ("c", [2, 0.001])])

    assert [bar.height for bar in chart.bars] == [HEIGHT, HEIGHT / 4, HEIGHT / 2, 1]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y + bar.height == HEIGHT for bar in chart.bars)
    assert chart.table[1] == ("b", ["0", "–"])


def test_chart_of_nothing_has_no_bar():
    assert Chart("Salt", ["In"], [("a", [0]), ("b", [None])]).bars == []
