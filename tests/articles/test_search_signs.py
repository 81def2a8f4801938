"""A word is found beside whatever signs, in whatever spelling; the query may be written as loosely as the text."""

import pytest

from articles.models.related_list import choose_related_lists
from articles.reading.article_page import read_article
from articles.search.words import correct, read_new_words
from tests import factories
from tests.articles.test_search import found

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# Either finds the other.
SAME = [
    ("omega-3", "omega 3"),
    ("COVID-19", "covid 19"),
    ("type-2 diabetes", "Type 2 diabetes"),
    ("IL-6", "IL 6"),
    ("5–10 mg", "5-10 mg"),
    ("omega\u20113", "omega-3"),
    ("omega\u20103", "omega \u22123"),
    ("l’été", "l'ete"),
    ("Alzheimer’s", "Alzheimer's"),
    ("Hawaiʻi", "Hawai'i"),
    ("Straße", "STRASSE"),
    ("STRAẞE", "straße"),
    ("Größe", "GRÖSSE"),
    ("İstanbul", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("Diyarbakır", "diyarbakir"),
    ("ΣΟΦΟΣ", "σοφός"),
    ("ЖЕЛЕЗО", "железо"),
    ("Йод", "йод"),
    ("ёлка", "елка"),
    ("café", "cafe"),
    ("cafe\u0301", "café"),
    ("Ærø", "aero"),
    ("Łódź", "lodz"),
    ("ＦＵＬＬ", "full"),
    ("ﬁt", "fit"),
    ("m²", "m2"),
    ("H₂O", "h2o"),
    ("mag\u00adne\u00adsium", "magnesium"),
    ("mag\u200bnesium", "magne\ufeffsium"),
    ("3\ufe0f\u20e3 steps", "3 steps"),
    ("\u202eiron\u202c", "iron"),
    ("Foo™", "foo"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_find_each_other(client, one, other):
    factories.published_article(title="A", body=f"<p>It is {one} here.</p>")
    factories.published_article(title="B", body=f"<p>It is {other} here.</p>")

    assert set(found(client, one)) == set(found(client, other)) == {"A", "B"}


@pytest.mark.parametrize(
    "sign", [*"“”‘’„«»‹›…–—•·¶§°©®™€½/|~^`´¨\u00a0\u2009\u3000\u2028。、「」！？؟،🙂👍", "👩\u200d⚕\ufe0f", "—“"]
)  # fmt: skip
def test_word_is_found_beside_any_sign(client, sign):
    factories.published_article(
        title=f"Try {sign}detox{sign} now", body=f"<p>{sign}liver{sign}</p>"
    )

    assert len(found(client, "detox liver")) == 1
    assert len(found(client, f"{sign}detox{sign}")) == 1


def test_words_joined_by_a_sign_are_words(client):
    factories.published_article(title="A", body="<p>iron/zinc…copper—tin“gold”lead\u00a0nickel•cobalt🙂brass</p>")  # fmt: skip

    for word in ["iron", "zinc", "copper", "tin", "gold", "lead", "nickel", "cobalt", "brass"]:
        assert found(client, word) == ["A"]


def test_joined_words_of_a_query_stand_together(client):
    factories.published_article(title="Together", body="<p>Take omega 3 daily.</p>")
    factories.published_article(title="Apart", body="<p>Take 3 of omega daily.</p>")

    assert found(client, "omega-3") == ["Together"]
    assert found(client, "daily -omega-3") == ["Apart"]


@pytest.mark.parametrize("query", ["“restless legs”", "„restless legs“", "«restless legs»", '"restless legs'])  # fmt: skip
def test_quotes_of_all_shapes_enclose_a_phrase(client, query):
    factories.published_article(title="Phrase", body="<p>Restless legs.</p>")
    factories.published_article(title="Apart", body="<p>Legs, however restless.</p>")

    assert found(client, query) == ["Phrase"]


def test_minus_leaves_out_words_and_not_numbers(client):
    factories.published_article(title="Fish", body="<p>Omega-3 in fish.</p>")
    factories.published_article(title="Nuts", body="<p>Omega-3 in nuts.</p>")

    assert found(client, "omega −fish") == ["Nuts"]
    assert set(found(client, "omega -3")) == {"Fish", "Nuts"}
    assert found(client, '-"omega 3"') == []


@pytest.mark.parametrize("query", ["or", "or or", "… or iron", "iron or …", "iron or", "or iron", '" " iron', "- iron"])  # fmt: skip
def test_operator_without_words_is_no_error(client, query):
    factories.published_article(title="Iron or steel", body="<p>Iron or steel.</p>")

    assert found(client, query) in ([], ["Iron or steel"])
    assert ("iron" not in query) or found(client, query)


@pytest.mark.parametrize(
    "query", ["…", "“”", "\u200b\u00ad", "-", '""', "🙂", "%", "\\", "'", "&|!<->:*"]
)
def test_query_of_signs_only_is_answered(client, query):
    factories.published_article(title="A")

    assert not found(client, query)


@pytest.mark.parametrize("query", ["睡眠", "日本語", "日本語の睡眠", "眠を", "睡眠 語", "สุขภาพ"])
def test_any_part_of_a_text_without_spaces_is_found(client, query):
    factories.published_article(title="A", body="<p>日本語の睡眠を、改善する。อาหารเพื่อสุขภาพดี</p>")
    factories.published_article(title="B", body="<p>眠睡、本日</p>")

    assert found(client, query) == ["A"]


def test_match_is_marked_without_the_signs_around_it(client):
    factories.published_article(
        title="Try “Detox” – now", body="<p>«dé\u00adtox» und 日本語の睡眠。</p>"
    )

    text = client.get("/search/", {"q": "detox"}).text
    assert "Try “<mark>Detox</mark>” – now" in text
    assert "«<mark>dé\u00adtox</mark>»" in text
    text = client.get("/search/", {"q": "睡眠"}).text
    assert "日本語の<mark>睡眠</mark>。" in text


def test_snippet_shows_the_parts_that_match(client):
    filler = " ".join(["filler"] * 200)
    factories.published_article(title="A", body=f"<p>{filler} iron {filler} zinc {filler}</p>")

    hit = client.get("/search/", {"q": "iron zinc"}).context["answer"].results.hits[0]

    assert [text for text, is_match in hit.snippet if is_match] == ["iron", "zinc"]
    assert len("".join(text for text, _ in hit.snippet).split()) < 55


def test_mistyped_word_is_put_right_with_its_accents(client):
    factories.published_article(title="Ernährung", body="<p>„Ernährung“ – und “Müdigkeit”.</p>")
    read_new_words()

    assert correct("ernahrnug mudigkiet") == "ernährung müdigkeit"
    assert found(client, "mudigkiet") == ["Ernährung"]


@pytest.mark.parametrize("name", ["lov", "LÖV", "o’neil", "o'neil", "lo\u0308v"])
def test_author_is_filtered_by_name_in_any_spelling(client, name):
    factories.published_article(title="Iron", by=factories.author(name="Ada Löv-O’Neil"))

    assert found(client, "iron", author=name) == ["Iron"]


def test_related_articles_share_words_beside_signs(client):
    article = factories.published_article(title="The “detox” myth")
    factories.published_article(title="Detox—again")
    factories.published_article(title="Bread")

    choose_related_lists()

    assert [row.title for row in read_article(article.slug).related] == ["Detox—again"]


@pytest.mark.parametrize("query", ["cafe", "CAFÉ", "“café”", "cafe-bar", "caf", "-wolfram"])
def test_editors_find_articles_by_the_same_rule(client_of, editor, query):
    factories.draft(title="The «Café-Bar»")
    factories.draft(title="Wolfram")

    response = client_of(editor).get("/admin/articles/article/", {"q": query})

    assert [row.title for row in response.context["cl"].result_list] == ["The «Café-Bar»"]


@pytest.mark.parametrize("query", ["detox", "grosse", "Größe", "omega 3", '"omega-3"'])
def test_moderators_find_comments_by_the_same_rule(client_of, moderator, query):
    article = factories.published_article()
    factories.comment(article, body="“Detox” – GRÖSSE … omega‑3")
    factories.comment(article, body="Other")

    response = client_of(moderator).get("/admin/comments/queue/", {"q": query})

    assert [row.comment.body for row in response.context["rows"]] == ["“Detox” – GRÖSSE … omega‑3"]


@pytest.mark.parametrize(
    "text",
    [
        "\u200b",
        "\u0301",
        "\uf8ff",
        "\u3164 \u0301",
        "ﷺ",
        "½",
        "\ue000",
        "𝔸",
        "x\ue000y",
        "漢\u200b字",
    ],
)
def test_text_of_whatever_signs_can_be_shown_in_results(client, text):
    factories.published_article(
        title=f"{text} Iron", body=f"<p>{text}</p><p>{text} iron {text}</p>", standfirst=text
    )

    assert len(found(client, "iron")) == 1
    found(client, text)
