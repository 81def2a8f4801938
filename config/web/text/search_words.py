"""Words in one spelling, for everything that is searched. docs/search.md tells editors the rules.

PostgreSQL's text search parser asks the database's locale what a letter is. With LC_CTYPE C it
takes every sign beyond ASCII for one: “detox” in typographic quotes is then another word than
detox. So texts and queries reach the parser as bare words, divided by spaces. Only the database has
the rule, because triggers and indexes use it; Python asks it through SearchWords.
"""

import re
import unicodedata
from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, TextField, Value

# Invisible signs: soft hyphen, joiners, direction, variation and language marks, fillers.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# Accents of Latin, Greek and Cyrillic letters, points of Hebrew and Arabic ones, rings around
# signs.
_ACCENTS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    r"\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
# Scripts without spaces between words. Each sign is a word, so that a phrase of them finds any part
# of a text.
UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1780-\u17d3\u3005-\u3007"
    r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003fffd"
)
_LAST_SEPARATOR = 0x1FFFF  # beyond are ideographs and tags
_ALONE = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}  # letters that Unicode does not take apart
_FOR_ONE = ("ıςøłđðħ", "iσoldhd")
# Collations that know small letters of all scripts, the best first. The database's own locale may
# be C.
_COLLATIONS = ("pg_c_utf8", "unicode", "und-x-icu", "C.utf8", "en_US.utf8")

_MISTAKABLE = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"') | dict.fromkeys("‐‑−﹣－", "-"))
_TERM = re.compile(r"""((?<!\S)-)?(?:"([^"]*)"?|([^\s"]+))""")


@cache
def separators() -> str:
    """Punctuation, symbols, spaces and controls, as ranges for a regular expression's brackets."""
    ranges: list[list[int]] = []
    is_open = False
    for code in range(1, _LAST_SEPARATOR):
        category = unicodedata.category(chr(code))
        if category in {"Cn", "Cs", "Co"}:  # on which side these fall does not matter
            continue
        # U+02B9 to U+02BF count as letters and are written as apostrophes.
        separates = category[0] in "PSZ" or category == "Cc" or 0x2B9 <= code <= 0x2BF
        if separates and is_open:
            ranges[-1][1] = code
        elif separates:
            ranges.append([code, code])
        is_open = separates
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def create_sql(collations: set[str]) -> str:
    """The functions, for a database that has these collations. For migration 0002_functions.

    web_written_words(text): small letters with their accents, no signs between them but spaces, no
    ligature, no full-width or raised letter. web_search_words(text): the same without accents, what
    is compared. web_search_query(signs, words): terms in the syntax of websearch_to_tsquery.
    """
    collation = next(name for name in _COLLATIONS if name in collations)
    # A trade mark would be taken apart into letters of the word before it, and a fraction into its
    # digits.
    text = (
        r"regexp_replace(translate($1, '™℠', '  '), '([\u00bc-\u00be\u2150-\u215f])', ' \1 ', 'g')"
    )
    small = 'lower(normalize({}, {}) COLLATE "{}")'
    bare = (
        f"regexp_replace(regexp_replace({{}}, '[{{}}]+', '', 'g'), '[{separators()}]+', ' ', 'g')"
    )
    written = bare.format(small.format(text, "NFKC", collation), _UNSEEN)
    # й is a letter and not an accented и.
    spelt = "replace({}, U&'\\0438\\0306', 'й')".format(small.format(text, "NFKD", collation))
    spelt = bare.format(spelt, _UNSEEN + _ACCENTS)
    for letter, letters in _ALONE.items():
        spelt = f"replace({spelt}, '{letter}', '{letters}')"
    spelt = "normalize(translate({}, '{}', '{}'), NFC)".format(spelt, *_FOR_ONE)
    spelt = f"regexp_replace({spelt}, '([{UNSPACED}])', ' \\1 ', 'g')"
    # The same for ASCII alone, ten times as fast.
    ascii_only = f"""regexp_replace(lower($1 COLLATE "{collation}"), '[^a-z0-9]+', ' ', 'g')"""
    function = """
CREATE FUNCTION {}(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN trim(CASE WHEN octet_length($1) = length($1) THEN {} ELSE {} END);
"""
    return f"""
{function.format("web_written_words", ascii_only, written)}
{function.format("web_search_words", ascii_only, spelt)}
CREATE FUNCTION web_search_query(signs text[], words text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(
        regexp_replace(string_agg(sign || '"' || spelt || '"', ' ' ORDER BY place), '^or ', ''), '')
    FROM unnest(signs, words) WITH ORDINALITY AS term (sign, word, place)
    CROSS JOIN LATERAL (SELECT web_search_words(word)) AS made (spelt) WHERE spelt <> ''
);
"""


DROP_SQL = """
DROP FUNCTION web_search_query(text[], text[]);
DROP FUNCTION web_search_words(text);
DROP FUNCTION web_written_words(text);
"""


class SearchWords(Func):
    """A text's words in the spelling of the search."""

    function = "web_search_words"
    output_field = TextField()


def read_query(typed: str) -> tuple[list[str], list[str]]:
    """What a reader typed as signs ("", "-", "or ", "or -") and terms, each a word or a phrase.

    Quotes of all shapes enclose a phrase. So does anything that a sign joins: omega-3 is "omega 3".
    A minus leaves out, but not before a number: "omega -3" has a slip in it.
    """
    signs: list[str] = []
    terms: list[str] = []
    either = ""
    for match in _TERM.finditer(typed.translate(_MISTAKABLE)):
        minus, phrase, word = match.groups()
        if word and word.lower() == "or" and not minus and terms:
            either = "or "
            continue
        without = bool(minus) and not (word and word[0].isdigit())
        signs.append(either + "-" * without)
        terms.append(phrase or word or "")
        either = ""
    return signs, terms


def search_query(typed: str, *, config: str) -> SearchQuery:
    """What a reader typed, as an expression to compare word vectors with."""
    signs, terms = (Value(part, ArrayField(TextField())) for part in read_query(typed))
    text = Func(signs, terms, function="web_search_query", output_field=TextField())
    return SearchQuery(text, config=config, search_type="websearch")
