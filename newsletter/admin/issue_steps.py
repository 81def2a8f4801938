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


STEPS = {
    step.name: step
    for step in (
        Step(
            "schedule", _("Schedule"), _("The issue is scheduled."),
            ("draft", "scheduled", "late"),
            lambda issue, by, at: issue.schedule(by=by, at=at or timezone.now()),
        ),
        Step(
            "send_now", _("Send now"), _("Sending starts in a few seconds."),
            ("draft", "scheduled", "late"),
            # A worker makes the deliveries: a million take longer than a page may.
            lambda issue, by, at: issue.schedule(by=by, at=timezone.now()),
        ),
        Step(
            "take_back", _("Return to draft"), _("The issue is a draft again."),
            ("scheduled", "late"), lambda issue, by, at: issue.take_back(by=by),
        ),
        Step(
            "pause", _("Pause"), _("Sending is paused."),
            ("sending",), lambda issue, by, at: issue.pause(by=by),
        ),
        Step(
            "resume", _("Resume"), _("Sending has resumed."),
            ("paused",), lambda issue, by, at: issue.resume(by=by),
        ),
        Step(
            "send_doubtful", _("Resend unclear deliveries"),
            _("The unclear deliveries are sent again."),
            ("sent", "paused"), lambda issue, by, at: issue.send_doubtful(by=by),
        ),
        Step(
            "cancel", _("Cancel issue"), _("The issue is cancelled. Nobody else will get it."),
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
