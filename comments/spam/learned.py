"""What looks like earlier spam, learned from moderators' decisions.

A naive Bayes filter after Gary Robinson's "A statistical approach to the spam problem" (Linux
Journal, March 2003): each word has a share of spam, drawn towards one half while it is rare, and
Fisher's method puts the most telling words of a comment together.
"""

from collections import Counter
from collections.abc import Iterable
from math import exp, log
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from comments.models import Comment, DiscussionSettings, LearnedWord
from comments.spam.comparing import words
from comments.spam.findings import Finding, found
from config.web.database.at_once import Statement

ENOUGH = 200  # decisions, before anything is held; a tenth of them of each kind
NEWEST = 5_000  # comments of each kind that are learned from: some seconds of work
RARE = 2  # a word in fewer comments says nothing yet, and may be somebody's name
WORDS = 400  # of one comment
WORD_LENGTH = 40
TELLING = 40  # words, and each at least so far from one half:
NEUTRAL = 0.1
SUSPICIOUS = 0.9
_LOCK = 4_104_001  # of relearn(), among the database's advisory locks
# One text, where hundreds of parameters cost more to write and to plan than to answer. No word has
# a line break.
_COUNTS = """
SELECT word, good, spam FROM comments_learnedword WHERE word = ANY(string_to_array(%s, E'\\n'))
"""


def looks_like_spam(comment: Comment, rules: DiscussionSettings) -> list[Finding] | Statement:
    if not rules.use_learned_filter:
        return []
    # The empty one stands for the number of decisions.
    words_asked = "\n".join(["", *_words_of(comment.name, comment.body)])
    return Statement(_COUNTS, [words_asked], _judged)


def _judged(rows: list[Any]) -> list[Finding]:
    counts = {word: (good, spam) for word, good, spam in rows}
    good, spam = counts.pop("", (0, 0))
    if good + spam < ENOUGH or min(good, spam) < ENOUGH / 10:
        return []
    share = spam_share([_spam_share_of_word(g / good, s / spam, g + s) for g, s in counts.values()])
    return [found("learned", f"{share * 100:.0f}")] if share >= SUSPICIOUS else []


def spam_share(shares: Iterable[float]) -> float:
    """One share for all words: near 1 for spam, near 0 for good, near one half if unsure."""
    far = [share for share in shares if abs(share - 0.5) >= NEUTRAL]
    telling = sorted(far, key=lambda share: -abs(share - 0.5))[:TELLING]
    spam = _chi_square_tail(-2 * sum(log(share) for share in telling), 2 * len(telling))
    good = _chi_square_tail(-2 * sum(log(1 - share) for share in telling), 2 * len(telling))
    return (1 + spam - good) / 2


def relearn() -> None:
    """Count again the words of the newest decided comments, as they are decided and worded now.

    Only approved comments and spam count, and only if a person decided. Does nothing while another
    process does it.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            (is_alone,) = cursor.fetchone()
        if not is_alone:
            return
        good_total, good = _count_words(Comment.Status.APPROVED)
        spam_total, spam = _count_words(Comment.Status.SPAM)
        known = [word for word, times in (good + spam).items() if times >= RARE]
        rows = [LearnedWord(word=word, good=good[word], spam=spam[word]) for word in known]
        LearnedWord.objects.all().delete()
        LearnedWord.objects.bulk_create(
            [LearnedWord(word="", good=good_total, spam=spam_total), *rows], batch_size=5_000
        )


def _words_of(name: str, body: str) -> list[str]:
    """Each word once; no more of a comment than bounds the work."""
    some = (word[:WORD_LENGTH] for word in words(f"{name}\n{body}"))
    return list(dict.fromkeys(some))[:WORDS]


def _spam_share_of_word(good: float, spam: float, times: int) -> float:
    """One half for a word that was never seen, and half way from there for one seen once."""
    return (0.5 + times * spam / (good + spam)) / (1 + times)


def _chi_square_tail(value: float, degrees: int) -> float:
    """The probability that chance gives `value` or more. `degrees` of freedom are even."""
    term = total = exp(-value / 2)
    for step in range(1, degrees // 2):
        term *= value / 2 / step
        total += term
    return min(total, 1.0)


def _count_words(status: str) -> tuple[int, Counter[str]]:
    """How many of the newest decided comments there are, and in how many of them each word is."""
    count: Counter[str] = Counter()
    number = 0
    for name, body in newest(status).iterator():
        count.update(_words_of(name, body))
        number += 1
    return number, count


def newest(status: str) -> QuerySet[Comment, tuple[str, str]]:
    """The names and words of the comments that are learned from, by the index comment_decided."""
    # decided_at is named because that index holds only rows with one.
    decided = Comment.objects.filter(status=status, decided_at__isnull=False)
    by_moderators = decided.filter(decided_by__isnull=False).order_by("-decided_at", "-pk")
    return by_moderators.values_list("name", "body")[:NEWEST]
