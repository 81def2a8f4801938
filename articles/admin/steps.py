"""The buttons that change an article's status, and the permissions for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from articles.models import Article

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True)
class Step:
    """`name` is the method of Article, and the value of the button."""

    name: str
    label: str | Promise
    done: str | Promise  # the message afterwards, with {title} and {time}
    is_possible: Callable[[Article | None], bool]  # the method checks it again
    needs_publisher: bool = True

    def is_allowed(self, user: "User | AnonymousUser") -> bool:
        return user.has_perm(
            "articles.publish_article" if self.needs_publisher else "articles.change_article"
        )


def _has_status(*statuses: str) -> Callable[[Article | None], bool]:
    """Whether an article has one of these statuses. A new one, None, is a draft."""
    return lambda article: (article.status if article else "draft") in statuses


def _is_not_public(article: Article | None) -> bool:
    return article is None or not article.is_published


def _is_public(article: Article | None) -> bool:
    return article is not None and article.is_published


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            _("Send for review"),
            _("“{title}” is in review."),
            _has_status("draft"),
            needs_publisher=False,
        ),
        Step(
            "send_back",
            _("Return to draft"),
            _("“{title}” is a draft again."),
            lambda article: (
                _is_not_public(article)
                and _has_status("in_review", "approved", "withdrawn")(article)
            ),
            needs_publisher=False,
        ),
        Step(
            "approve",
            _("Approve"),
            _("“{title}” is approved."),
            _has_status("draft", "in_review"),
        ),
        Step("publish", _("Publish now"), _("“{title}” is public."), _is_not_public),
        Step("schedule", _("Schedule"), _("“{title}” is scheduled for {time}."), _is_not_public),
        Step(
            "publish_changes",
            _("Publish changes now"),
            _("Readers see “{title}” as you changed it."),
            _is_public,
        ),
        # No method: a page that compares, and publishes from there (articles/admin/changes.py).
        Step("compare_changes", _("Compare first…"), "", _is_public),
        Step(
            "withdraw",
            _("Withdraw"),
            _("“{title}” is withdrawn. Readers can no longer see it."),
            lambda article: bool(article and (article.is_published or article.is_scheduled)),
        ),
        Step(
            "schedule_withdrawal",
            _("Withdraw at this time"),
            _("“{title}” will be withdrawn on {time}."),
            _is_public,
        ),
    )
}


def steps_for(user: "User | AnonymousUser", article: Article | None) -> list[Step]:
    """The buttons of the form of an article that `user` may change."""
    return [step for step in STEPS.values() if step.is_possible(article) and step.is_allowed(user)]


def next_of(steps: list[Step]) -> Step | None:
    """The step with a button of its own in the form's bar; the others stand in its menu."""
    by_name = {step.name: step for step in steps}
    for name in ("publish_changes", "publish", "submit"):
        if name in by_name:
            return by_name[name]
    return steps[0] if steps else None


def take(
    step: Step,
    article: Article,
    *,
    by: "User",
    reason: str = "",
    notice: str = "",
    at: datetime | None = None,
    kind: str = "",
    correction: str = "",
) -> str:
    """Do the step; returns the message to show. Raises StepRefused when it is not possible.

    `at` is the time for "schedule" and "schedule_withdrawal", `reason` that for "withdraw" and
    "send_back", and `notice` what readers are told of a withdrawal. `kind` and `correction` are
    what they are told of changes.
    """
    given: dict[str, Any] = {
        "schedule": {"at": at},
        "schedule_withdrawal": {"at": at, "reason": reason, "notice": notice},
        "withdraw": {"reason": reason, "notice": notice},
        "send_back": {"reason": reason},
        "publish_changes": {"kind": kind, "note": correction},
    }
    getattr(article, step.name)(by=by, **given.get(step.name, {}))
    time = date_format(localtime(at), "DATETIME_FORMAT") if at else ""
    return str(step.done).format(title=article.title, time=time)
