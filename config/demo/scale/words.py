"""Invented words, sentences and paragraphs, the same ones every time.

Some words are common and most are rare.
"""

import random
from itertools import accumulate

PARAGRAPH_LENGTH = 100  # words
# How many of a hundred paragraphs have the word: real ones, to search for.
KNOWN = {"sleep": 12, "patient": 8, "vitamin": 4, "magnesium": 1, "coffee": 2, "iron": 3}
SURNAMES = (
    "Adler", "Baker", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov",
    "Jansen", "Keller", "Lopez", "Meyer", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Singh",
    "Tanaka",
)  # fmt: skip
_SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er")]
_VOCABULARY = 60_000
_COMMON = 20_000
_TITLE_WORDS = 5_000
_PARAGRAPHS = 4_000
_SENTENCES = 5_000


class Words:
    """Draws texts with `dice`."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        words: dict[str, None] = {}
        while len(words) < _VOCABULARY:
            length = dice.choice((2, 3, 3, 4))
            words["".join(dice.choices(_SYLLABLES, k=length))] = None
        self.vocabulary = list(words)
        self._of_titles = self.vocabulary[:_TITLE_WORDS]
        self._known = list(KNOWN)
        # Of common words: the later in the vocabulary, the rarer (Zipf).
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_COMMON)))
        self._paragraphs = [self._make_paragraph() for _number in range(_PARAGRAPHS)]
        whole = " ".join(self._paragraphs[:1000])
        self._sentences = [f"{text.strip(' .')}." for text in whole.split(". ")[:_SENTENCES]]

    @property
    def rare(self) -> list[str]:
        """Some words that few articles have."""
        return self.vocabulary[-2000::400]

    def title(self) -> str:
        words = self.dice.choices(self._of_titles, k=5)
        if self.dice.random() < 0.1:
            words.append(self.dice.choice(self._known))
        return " ".join(words).capitalize()

    def phrase(self, length: int) -> str:
        return " ".join(self.dice.choices(self._of_titles, k=length)).capitalize()

    def name(self) -> str:
        return f"{self.dice.choice(self._of_titles).capitalize()} {self.dice.choice(SURNAMES)}"

    def paragraph(self) -> str:
        return self.dice.choice(self._paragraphs)

    def rarities(self) -> str:
        """A sentence of words from the whole vocabulary."""
        return " ".join(self.dice.choices(self.vocabulary, k=20)).capitalize() + "."

    def sentences(self) -> str:
        """Two to four sentences, as in a comment."""
        return " ".join(self.dice.choices(self._sentences, k=self.dice.choice((2, 2, 3, 4))))

    def _make_paragraph(self) -> str:
        words = self.dice.choices(
            self.vocabulary[:_COMMON], cum_weights=self._weights, k=PARAGRAPH_LENGTH
        )
        for word, share in KNOWN.items():
            if self.dice.random() * 100 < share:
                words[self.dice.randrange(PARAGRAPH_LENGTH)] = word
        sentences, start = [], 0
        while start < PARAGRAPH_LENGTH:
            # A short rest goes with the last sentence.
            rest = PARAGRAPH_LENGTH - start
            length = rest if rest < 25 else self.dice.randint(8, 17)
            sentences.append(" ".join(words[start : start + length]).capitalize() + ".")
            start += length
        return " ".join(sentences)
