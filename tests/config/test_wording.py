"""The texts of the interface keep to the list of docs/wording.md."""

import re

from django.conf import settings

from tests.config.test_translation import CATALOGUES, entries

PAGE = settings.BASE_DIR / "docs/wording.md"


def phrases_to_avoid():
    """The phrases in “quotes” of the column "Not" of the table of terms."""
    terms = PAGE.read_text().partition("## Terms")[2]
    rows = [line.split("|") for line in terms.splitlines() if line.startswith("|")]
    return [phrase for row in rows for phrase in re.findall(r"“([^”]+)”", row[2])]


def test_no_text_of_the_catalogue_has_a_phrase_to_avoid():
    texts = [text for key in entries(CATALOGUES["de"].read_text()) for text in key[1:]]
    avoided = phrases_to_avoid()
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, avoided))})\b", re.I)

    assert len(avoided) > 20
    assert [text for text in texts if pattern.search(text)] == []
