"""Links to other sites: asked slowly, broken only after three days, named on the desk and before publishing."""

import pytest
from django.db import connections

from articles.links.checking import LinkChecker
from articles.models import Article, Link
from articles.publishing_checks import findings_of
from articles.tasks import forget_links, look_after_links
from tests.articles.test_links_of_this_site import broken_on, linking
from tests.clock import after
from tests.config.loopback_sites import says, site

LIST = "/admin/articles/link/"


@pytest.fixture
def here(db):
    """A site whose answers are chosen by path: /404 answers with 404; and with 405 to HEAD."""

    def answer(request):
        status = int(request.path[1:4])
        is_head = request.command == "HEAD" and request.path.endswith("-no-head")
        says(405 if is_head else status)(request)

    with site(answer) as running:
        yield running


def ask_all(here, rounds=1):
    return [LinkChecker().round(here.guard()) for _number in range(rounds)]


def keep(*addresses, **fields):
    article = linking(*addresses, **fields)
    look_after_links.call()
    return article


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/200", "works", ""),
        ("/200-no-head", "works", ""),
        ("/403", "works", "it blocks automatic checks (403)"),
        ("/429", "works", "it blocks automatic checks (429)"),
        ("/404", "failing", "page not found (404)"),
        ("/410", "failing", "page not found (410)"),
        ("/503", "failing", "it answers with an error (503)"),
    ],
)
def test_answer_of_a_site_is_noted_in_words(here, path, state, words):
    keep(here.url(path))

    ask_all(here)

    link = Link.objects.get()
    assert (link.state, link.said) == (state, words)
    assert link.checked_at is not None


def test_link_that_works_is_asked_once_a_month(here):
    keep(here.url("/200"))
    ask_all(here, rounds=3)
    with after(days=29):
        ask_all(here)
    with after(days=31):
        ask_all(here)

    assert here.asked == [("HEAD", "/200")] * 2


def test_link_is_broken_on_the_third_day_that_it_fails(here):
    keep(here.url("/404"))
    states = []
    for days in range(3):
        with after(days=days, hours=days):
            ask_all(here, rounds=2)
            states.append(Link.objects.get().state)

    assert states == ["failing", "failing", "broken"]
    assert here.asked == [("HEAD", "/404"), ("GET", "/404")] * 3


def test_broken_link_that_answers_again_works(here):
    keep(here.url("/200"))
    Link.objects.update(state="broken", failures=3, failing_since="2001-01-01T00:00Z", answer="404")

    ask_all(here)

    link = Link.objects.get()
    assert (link.state, link.failures, link.failing_since, link.said) == ("works", 0, None, "")


def test_host_is_asked_once_in_a_round(here):
    keep(here.url("/200?a"), here.url("/200?b"))

    assert ask_all(here) == [1]
    assert ask_all(here, rounds=2) == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_no_two_rounds_at_once(here):
    keep(here.url("/200"))
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('articles.links'))")

        assert ask_all(here) == [0]
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert ask_all(here) == [1]


def test_addresses_inside_the_network_are_not_asked(here):
    keep(here.url("/200"), "http://169.254.169.254/latest/")

    LinkChecker().round()

    assert here.asked == []
    assert {link.said for link in Link.objects.all()} == {
        "its address is not on the public internet"
    }


def test_checker_is_off_until_it_is_switched_on(here, settings):
    keep(here.url("/200"))
    assert not settings.CHECK_LINKS

    LinkChecker().run()

    assert here.asked == []


def test_article_that_has_a_broken_link_says_so(here, client_of, editor):
    article = keep(here.url("/404"), here.url("/200"), title="Old sources")
    gone = Link.objects.get(address=here.url("/404"))
    for _day in range(3):
        gone.fails("404")

    texts = [finding.text for finding in findings_of(Article.objects.get(pk=article.pk))]

    assert f"A link is broken: {here.url('/404')} – page not found (404)." in texts
    assert broken_on(client_of(editor)) == ["Old sources"]


def test_links_of_no_article_are_forgotten(here):
    keep(here.url("/200"))
    gone = keep(here.url("/404"))
    gone.delete()

    forget_links.call()
    assert Link.objects.count() == 2  # for a week: an issue of the newsletter may lead there
    with after(days=8):
        forget_links.call()

    assert list(Link.objects.values_list("address", flat=True)) == [here.url("/200")]


def test_list_of_links_is_for_those_who_publish(here, client, client_of, author, editor, moderator):
    keep(here.url("/404"), title="Old sources")
    ask_all(here)

    assert client.get(LIST).status_code == 302
    assert client_of(author).get(LIST).status_code == 403
    assert client_of(moderator).get(LIST).status_code == 403
    page = client_of(editor).get(LIST).text
    assert here.url("/404") in page
    assert "failed, will be checked again: page not found (404)" in page
    assert "Old sources" in page


def test_editor_has_links_checked_again(here, client_of, editor):
    keep(here.url("/200"))
    ask_all(here)

    chosen = {"action": "check_again", "_selected_action": Link.objects.get().pk}
    client_of(editor).post(LIST, chosen)

    assert ask_all(here) == [1]


def test_list_of_links_costs_as_many_queries_as_it_is_long(
    client_of, editor, django_assert_max_num_queries
):
    for number in range(3):
        keep(*(f"http://{number}-{line}.example/" for line in range(15)))

    desk = client_of(editor)

    with django_assert_max_num_queries(12):
        assert desk.get(LIST).status_code == 200
