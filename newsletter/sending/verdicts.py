"""What an answer of a mail server means for the mail and for its subscriber."""

from dataclasses import dataclass
from datetime import timedelta

from newsletter.sending.smtp import Answer

# After these the mail counts as refused.
TRIES = 5
PAUSES = [timedelta(minutes=minutes) for minutes in (5, 30, 120, 360)]


@dataclass(frozen=True)
class Verdict:
    """The status of the delivery; `again_after` for one that stays waiting."""

    status: str
    again_after: timedelta | None = None
    event: str = ""  # the kind of MailEvent that is noted of the subscriber's address


def judge(answer: Answer, attempts: int) -> Verdict:
    """The verdict on the `attempts`-th try."""
    if answer.is_taken:
        return Verdict("sent")
    kind = kind_of(answer.status)
    # Only an answer to RCPT is about the address. All others are about us or the text, and the
    # mail waits: when the fault is mended nobody was skipped.
    if answer.to == "rcpt" and answer.code >= 500 and kind != "policy":
        return Verdict("refused", event=kind)
    if attempts >= TRIES:
        return Verdict("refused", event="soft" if answer.to == "rcpt" else "")
    return Verdict("waiting", again_after=PAUSES[max(0, min(attempts, len(PAUSES)) - 1)])


def kind_of(status: str) -> str:
    """The kind of MailEvent for an enhanced status code (RFC 3463), which may be ""."""
    if status.startswith("5.1."):
        return "hard"
    return "policy" if status.startswith("5.7.") else "soft"
