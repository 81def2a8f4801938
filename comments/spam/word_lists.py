"""Words and phrases that moderators listed."""

from functools import lru_cache
from itertools import islice

from comments.models import Comment, DiscussionSettings
from comments.spam.comparing import words
from comments.spam.findings import Finding, found

TELL = 3  # of the words found; more say nothing new


def listed_words(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    text = words(f"{comment.name}\n{comment.email}\n{comment.body}")
    return [
        *(found("reject_word", entry) for entry in _entries_in(text, rules.reject_words)),
        *(found("word", entry) for entry in _entries_in(text, rules.hold_words)),
    ]


def _entries_in(text: list[str], entries: str) -> list[str]:
    spaced, present = f" {' '.join(text)} ", set(text)
    hits = (
        entry
        for entry, needle in _needles(entries)
        if needle in (spaced if " " in needle else present)
    )
    return list(islice(hits, TELL))


@lru_cache(maxsize=4)
def _needles(entries: str) -> list[tuple[str, str]]:
    """Each entry as it is listed, and what to look for: a word alone, or a piece of text with its spaces."""
    needles = {}
    for line in entries.splitlines():
        entry = line.strip()
        if looked_for := words(entry):
            needles[_needle(looked_for, any_ending=entry.endswith("*"))] = entry
    return [(entry, needle) for needle, entry in needles.items()]


def _needle(looked_for: list[str], *, any_ending: bool) -> str:
    if any_ending:
        return f" {' '.join(looked_for)}"
    return looked_for[0] if len(looked_for) == 1 else f" {' '.join(looked_for)} "
