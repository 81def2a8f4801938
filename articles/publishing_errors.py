"""What an article must have before it is published: the verbs of the article refuse without it.

Articles are Any here, because their model imports this module.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

_NOT_BLANK = re.compile(r"\w")


@dataclass(frozen=True)
class Finding:
    """`level` is "error" or "warning"; `text` a sentence that says what to do."""

    level: str
    text: str

    @property
    def is_error(self) -> bool:
        return self.level == "error"


def errors_of(article: Any) -> list[Finding]:
    """What must not be missing in a published article."""
    errors = []
    if not _NOT_BLANK.search(article.plain_text):
        errors.append(_("It has no text."))
    if not any(line.part == "author" for line in article.contributions.all()):
        errors.append(_("It has no author."))
    return [Finding("error", text) for text in errors]
