"""Each layer by itself: what it finds, what it leaves alone, and how long it takes on the worst input."""

import pytest

from comments.models import Comment, DiscussionSettings
from comments.spam.addresses import throwaway_address
from comments.spam.comparing import alike, likeness, sketch, words
from comments.spam.links import count_links, too_many_links
from comments.spam.word_lists import listed_words
from tests.effort import assert_cheap

LONG = 50_000


def comment(**fields):
    return Comment(**{"name": "Ann", "email": "ann@example.org", "body": "It helped me."} | fields)


def found_by(layer, *, rules=None, **fields):
    findings = layer(comment(**fields), rules or DiscussionSettings())
    return [(finding["code"], finding["detail"]) for finding in findings]


# Links


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("none at all", 0),
        ("see https://example.org/a?b=1.", 1),
        ("HTTP://EXAMPLE.ORG and http://example.com/x.com/y.net", 2),
        ("www.example.zz, WWW.example.org;", 2),
        ("example.com and http://example.net and me@example.org", 3),
        ("a.com,b.com,c.com", 3),
        ("hxxp://evil.com/path", 1),
        ("bbc.co.uk", 1),
        ("e.g. 1.5 mg/kg at 3 p.m. It works.So I stayed", 0),
        ("it was fine.to be honest…com", 0),
        ("node.js, file.txt, version 2.0.1", 0),
    ],
)
def test_links_and_bare_addresses_are_counted(body, number):
    assert count_links(body) == number


def test_as_many_links_as_set_hold_a_comment():
    two = "https://a.example https://b.example"

    assert found_by(too_many_links, body=two) == [("links", "2")]
    assert found_by(too_many_links, body="https://a.example") == []
    assert found_by(too_many_links, body=two, rules=DiscussionSettings(hold_links=3)) == []


# Word lists


@pytest.mark.parametrize(
    "disguise",
    [
        "viagra",
        "VIAGRA!!!",
        "(Viagra)",
        "vi\u200bag\u00adra",
        "v\u0456\u0430gra",
        "ｖｉａｇｒａ",
        "𝓿𝓲𝓪𝓰𝓻𝓪",
        "viágrä",
        "v\u0301i\u0302agra",
        "buy_viagra_now",
        "https://cheap-viagra.example/",
        "vi\u034fag\ufe0fra",
    ],
)
def test_listed_word_is_found_in_disguise(disguise):
    rules = DiscussionSettings(hold_words="viagra")

    assert found_by(listed_words, body=f"I say {disguise} here", rules=rules) == [
        ("word", "viagra")
    ]


@pytest.mark.parametrize(
    ("entry", "body"),
    [
        ("viagra", "viagras"),
        ("cure", "secure, cured"),
        ("miracle cure", "a cure and a miracle"),
        ("pot", "рот"),
        ("*", "anything"),
        ("***", "anything"),
        ("...", "any. thing..."),
        ("", "anything"),
        ("\u200b", "any\u200bthing"),
        (".*", "anything"),
        ("c[au]t", "cat cut"),
    ],
)
def test_what_is_not_listed_is_left_alone(entry, body):
    assert found_by(listed_words, body=body, rules=DiscussionSettings(hold_words=entry)) == []


@pytest.mark.parametrize(
    ("entry", "body"),
    [
        ("casino*", "the casinos"),
        ("casino*", "casino"),
        ("miracle cure", "A miracle,\ncure"),
        ("miracle cur*", "A miracle curing"),
        ("Straße", "STRASSE"),
        ("赌场", "网上赌场真好"),
        ("казино", "Лучшее КАЗИНО"),
        ("हिन्दी", "यह हिन्दी है"),
        ("@spam.example", "x"),
        ("C++", "about c"),
    ],
)
def test_listed_word_ending_and_phrase_are_found(entry, body):
    rules = DiscussionSettings(hold_words=f"other\r\n  {entry}  \n")

    found = found_by(listed_words, body=body, email="a@spam.example", rules=rules)

    assert found == [("word", entry)]


def test_name_and_address_are_searched_too():
    rules = DiscussionSettings(hold_words="casino", reject_words="spammer")

    assert found_by(listed_words, name="Casino Bob", rules=rules) == [("word", "casino")]
    assert found_by(listed_words, email="spammer@x.example", rules=rules) == [
        ("reject_word", "spammer")
    ]


def test_at_most_three_words_are_told():
    rules = DiscussionSettings(hold_words="a\nb\nc\nd")

    assert len(found_by(listed_words, body="a b c d", rules=rules)) == 3


FLOODS = {
    "letters": "a" * LONG,
    "words": "a " * (LONG // 2),
    "endings": ".com" * (LONG // 4),
    "dots": "a." * (LONG // 2),
    "marks": "\u0301" * LONG,
    "schemes": "http://" * (LONG // 7),
    "ligatures of 18 letters": "\ufdfa" * LONG,
    "chinese": "赌" * LONG,
    "cyrillic": "а" * LONG,
    "invisible": "v\u200b" * (LONG // 2),
    "hosts": "www." * (LONG // 4),
}
LISTS = {
    "many": "\n".join(f"a{number}" for number in range(8_000)),
    "same": "a\n" * 25_000,
    "long": "a" * LONG,
    "phrase": "a " * 25_000,
    "stars": "*\n" * 25_000,
}


@pytest.mark.long
@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("entries", LISTS)
def test_fifty_thousand_characters_take_less_than_a_second(flood, entries):
    body, rules = FLOODS[flood], DiscussionSettings(hold_words=LISTS[entries])

    def assess():
        found_by(listed_words, body=body, rules=rules)
        found_by(too_many_links, body=body, rules=rules)
        sketch(body)

    assert_cheap(assess)


def test_words_have_one_spelling():
    assert words("Naïve שָׁלוֹם، Dont’t buy_NOW 你好") == [
        "naive", "שלום", "dont", "t", "buy", "now", "你", "好",
    ]  # fmt: skip


# Addresses


@pytest.mark.parametrize(
    ("email", "found"),
    [
        ("a@mailinator.com", [("throwaway", "mailinator.com")]),
        ("a@Sub.Deep.MAILINATOR.com", [("throwaway", "sub.deep.mailinator.com")]),
        ("a@notmailinator.com", []),
        ("a@mailinator.com.example", []),
        ("a@example.org", []),
        ("a@com", []),
        ("", []),
    ],
)
def test_throwaway_address_is_found_under_its_domain(email, found):
    assert found_by(throwaway_address, email=email) == found


def test_operator_adds_throwaway_domains(settings):
    settings.COMMENTS_DISPOSABLE_DOMAINS = frozenset({"minute.example"})

    assert found_by(throwaway_address, email="a@x.minute.example")
    assert found_by(throwaway_address, email="a@mailinator.com")


# Likeness

PLAIN = "I had the same trouble for years, and a spoon of magnesium in the evening did nothing for my sleep."


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.upper(),
        PLAIN.replace(",", " - ").replace(".", "!!!"),
        PLAIN.replace("trouble", "tr\u043eubl\u0435").replace("had", "h\u200bad"),
        PLAIN.replace(" ", "\n\n"),
    ],
)
def test_same_words_in_disguise_have_the_same_sketch(other):
    assert sketch(other) == sketch(PLAIN)


@pytest.mark.parametrize(
    ("other", "lowest", "highest"),
    [
        (PLAIN.replace("magnesium", "zinc"), 0.75, 0.99),
        (f"{PLAIN} Thank you!", 0.8, 0.99),
        ("Walking after lunch brings my sugar down, my meter says so every single day since spring.", 0, 0.3),
        ("Мне помогла прогулка после обеда, и сахар стал ниже, чем был весной.", 0, 0.1),
    ],
)  # fmt: skip
def test_likeness_tells_variants_from_other_texts(other, lowest, highest):
    assert lowest <= likeness(sketch(PLAIN), sketch(other)) <= highest


def test_likeness_sees_other_scripts():
    one = "Доктор Светлов вылечил мой диабет травами, напишите ему сегодня же на почту."
    other = one.replace("Светлов", "Иванов")

    assert 0.75 <= likeness(sketch(one), sketch(other)) < 1


@pytest.mark.parametrize(
    "short", ["", "Thank you!", "!" * 500, "\u200b" * 500, "Thank you, that helped."]
)
def test_short_text_is_like_none(short):
    assert sketch(short) is None


def test_all_sketches_that_are_alike_are_found_at_once():
    texts = (PLAIN, PLAIN.replace("magnesium", "zinc"), f"{PLAIN} Thank you!", PLAIN[::-1])
    others = [sketch(text) for text in texts]
    one = others[0]
    shares = [likeness(one, other) for other in others]

    assert list(alike(one, b"".join(others), 0.75)) == [
        (share, place) for place, share in enumerate(shares) if share >= 0.75
    ]
    assert list(alike(one, b"".join(others), max(shares[1:3]) + 0.001)) == [(1, 0)]
    assert list(alike(one, b"", 0.75)) == []


def test_places_empty_in_both_sketches_are_no_likeness():
    one, other = (bytes([number, *[0] * 63]) for number in (1, 2))

    assert likeness(one, one) == 1
    assert likeness(one, other) == 0
