"""The buttons that send an issue, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.models import Issue

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SEND = "newsletter.send_issue"


@dataclass(frozen=True)
class Step:
    """`name` is the value of the button; `statuses` are those in which it is shown."""

    name: str
    label: str | Promise
    done: str | Promise  # the message afterwards
    statuses: tuple[str, ...]
    act: Callable[[Issue, "User", datetime | None], None]


def _send_now(issue: Issue, by: "User", at: datetime | None) -> None:
    # A worker makes the deliveries: a million take longer than a page may.
    issue.schedule(by=by, at=timezone.now())


def _schedule(issue: Issue, by: "User", at: datetime | None) -> None:
    issue.schedule(by=by, at=at or timezone.now())


STEPS = {
    step.name: step
    for step in (
        Step(
            "schedule", _("Schedule"), _("It goes out at its time."),
            ("draft", "scheduled", "late"), _schedule,
        ),
        Step(
            "send_now", _("Send now"), _("It goes out in a few seconds."),
            ("draft", "scheduled", "late"), _send_now,
        ),
        Step(
            "take_back", _("Make it a draft again"), _("It is a draft again."),
            ("scheduled", "late"), lambda issue, by, at: issue.take_back(by=by),
        ),
        Step(
            "pause", _("Pause"), _("It is paused."),
            ("sending",), lambda issue, by, at: issue.pause(by=by),
        ),
        Step(
            "resume", _("Resume"), _("It is sent on."),
            ("paused",), lambda issue, by, at: issue.resume(by=by),
        ),
        Step(
            "send_doubtful", _("Send what is in doubt again"), _("It is sent again."),
            ("sent", "paused"), lambda issue, by, at: issue.send_doubtful(by=by),
        ),
        Step(
            "cancel", _("Cancel for good"), _("It is cancelled. Nobody else gets it."),
            ("scheduled", "late", "sending", "paused"), lambda issue, by, at: issue.cancel(by=by),
        ),
    )
}  # fmt: skip


def steps_of(issue: Issue | None) -> list[Step]:
    """The buttons for an issue. A new one, None, is a draft."""
    status = issue.status if issue else "draft"
    steps = [step for step in STEPS.values() if status in step.statuses]
    if issue and not issue.counts.get("in_doubt"):
        steps = [step for step in steps if step.name != "send_doubtful"]
    return steps
