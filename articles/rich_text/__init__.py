"""Article text: cleaned on the way in, made ready for readers once at save."""

from .cleaning import clean_html
from .deriving import Derived, count_words, derive
from .marks import unmatched_marks
from .numbers import TurnedNumbers, numbers_into_marks

__all__ = [
    "Derived",
    "TurnedNumbers",
    "clean_html",
    "count_words",
    "derive",
    "numbers_into_marks",
    "unmatched_marks",
]
