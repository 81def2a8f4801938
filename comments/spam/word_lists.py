"""Words and phrases that moderators listed."""

from functools import lru_cache
from itertools import islice

from comments.models import Comment, DiscussionSettings
from comments.spam.comparing import words
from comments.spam.findings import Finding, found

LISTED = 3  # findings of each list; more say nothing new


def listed_words(comment: Comment, rules: DiscussionSettings) -> list[Finding]:
    if not (rules.reject_words or rules.hold_words):
        return []
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
    return list(islice(hits, LISTED))


@lru_cache(maxsize=4)
def _needles(entries: str) -> list[tuple[str, str]]:
    """Each entry with what to look for: a word alone, or a piece of text with its spaces."""
    needles = {}
    for line in entries.splitlines():
        entry = line.strip()
        phrase = " ".join(words(entry))
        if entry.endswith("*") and phrase:
            needles[f" {phrase}"] = entry
        elif phrase:
            needles[f" {phrase} " if " " in phrase else phrase] = entry
    return [(entry, needle) for needle, entry in needles.items()]
