"""The menu at the top of every page, and the lists of topics and people it leads to."""

from tests import factories
from tests.markup import links_of, one_line


def header_of(client, path="/archive/"):
    return client.get(path).text.partition("</header>")[0]


def twelve_topics():
    for number in range(12):
        factories.published_article(topic=factories.topic(slug=f"t{number}", position=number))


def test_menu_holds_twelve_topics_and_opens_without_javascript(client, db):
    twelve_topics()

    header = header_of(client)
    menu = header.partition("<details")[2].partition("</details>")[0]

    assert "<summary" in menu
    assert {f"/topics/t{number}/" for number in range(12)} <= links_of(menu).keys()


def test_row_beside_the_menu_holds_the_first_topics_in_their_order(client, db):
    twelve_topics()

    row = header_of(client).partition("masthead__topics")[2].partition("<details")[0]

    assert list(links_of(row)) == [f"/topics/t{number}/" for number in range(5)]


def test_search_and_subscribing_stand_beside_the_menu(client, db):
    header = header_of(client)
    beside = header.partition("</details>")[2]

    assert {"/search/", "/newsletter/"} <= links_of(beside).keys()


def test_menu_marks_the_page_one_is_on(client, db):
    twelve_topics()

    marked = header_of(client, "/topics/t11/")

    assert marked.count("aria-current") == 1
    assert header_of(client, "/topics/").count("aria-current") == 1
    assert "aria-current" not in header_of(client, "/")


def test_topics_of_one_position_stand_by_the_letters_of_their_names(client, db):
    for slug, name in {"z": "Zucker", "a": "Ärger", "b": "bauen"}.items():
        factories.published_article(topic=factories.topic(slug=slug, name=name))

    menu = header_of(client).partition("<details")[2].partition("</details>")[0]

    assert [link for link in links_of(menu) if link.count("/") == 3] == [
        "/topics/a/", "/topics/b/", "/topics/z/",
    ]  # fmt: skip


def test_subtopic_stands_on_the_page_of_topics_and_not_in_the_menu(client, db):
    food = factories.topic(name="Food", description="What we eat.")
    vitamins = factories.topic(name="Vitamins", parent=food)
    factories.published_article(topic=vitamins)

    page = client.get("/topics/")

    assert "/topics/food/" in links_of(header_of(client))
    assert "/topics/vitamins/" not in links_of(header_of(client))
    assert {"/topics/food/", "/topics/vitamins/"} <= links_of(page.text).keys()
    assert "What we eat." in page.text


def test_topics_without_articles_are_in_no_list(client, db):
    food = factories.topic(name="Food")
    factories.topic(name="Vitamins", parent=food)

    assert "/topics/food/" not in client.get("/topics/").text
    assert "/topics/food/" not in header_of(client)


def test_page_of_people_names_those_in_print_alone(client, db):
    ada = factories.author(name="Ada", role="Writer", credentials="MD")
    factories.published_article(by=ada)
    factories.draft(by=factories.author(name="Quiet"))

    page = one_line(client.get("/authors/").text)

    assert "/authors/ada/" in page
    assert "Writer" in page
    assert "Quiet" not in page


def test_lists_of_an_empty_site_say_so(client, db):
    for path in ("/topics/", "/authors/"):
        assert "Nothing has been published yet" in client.get(path).text


def test_lists_cost_the_same_queries_however_long_they_are(client, db, django_assert_num_queries):
    twelve_topics()
    for _number in range(12):
        factories.published_article(
            by=factories.author(portrait=factories.image()), topic=factories.topic()
        )

    for path, number in {"/topics/": 3, "/authors/": 3, "/follow/": 4}.items():
        with django_assert_num_queries(number):
            client.get(path)
