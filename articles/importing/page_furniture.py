"""Lines that belong to the page an article was copied from, not to the article."""

import re

_COMMENT_SECTION = re.compile(
    r"(\d+ )?comments?( ?\(\d+\))?|\(\d+\)|leave a (reply|comment)|post a comment|"
    r"(\d+ )?(replies|responses)|about the author|stay updated|no comments yet\.?",
    re.IGNORECASE,
)
_BUTTON_OR_HEADING = (
    r"(share|tweet|print|advertisement|sponsored|follow us|read more|skip to (main )?content|"
    r"share (this|on) .{1,30}|related (posts|articles)|table of contents|back to top)[.:!…]*"
)
_ANYWHERE = [
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in [
        (r"no comments yet\.?|be the first to (comment|share your thoughts)[.!]?", "comment form"),
        (r"(leave|post|write) a (reply|comment)|comments? \(\d+\)|\(\d+\)", "comment form"),
        (r"about the author|stay updated", "heading of the page, not of the article"),
        (r"subscribe to (our|the) newsletter\b.*", "newsletter box"),
        (r"(last )?updated (on|at):?\s.{0,40}", "date of the page"),
        (r"(©|\(c\)|copyright)\s.{0,150}", "copyright line of the page"),
        (r"[×✕✖x]|wait \d+ seconds.{0,10}", "button of the page"),
        (_BUTTON_OR_HEADING, "button or heading of the page"),
    ]
]


def furniture_reason(line: str) -> str | None:
    """What kind of page furniture the line is, or None when it is text."""
    for pattern, reason in _ANYWHERE:
        if pattern.fullmatch(line):
            return reason
    return None


def foot_start(lines: list[str]) -> int:
    """Index of the first line of the page's foot: comments, author box, notices.

    The foot begins at a heading of the comments or of the author box, if the text after it is too
    short to be part of the article. len(lines) when the page has no foot.
    """
    total = rest = sum(len(line.split()) for line in lines)
    for index, line in enumerate(lines):
        if rest < 200 and 3 * rest < total and _COMMENT_SECTION.fullmatch(line.strip()):
            return index
        rest -= len(line.split())
    return len(lines)
