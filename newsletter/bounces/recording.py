"""What a report about a mail changes: for its subscriber, and for the issue that is being sent."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.text.characters import tidy
from newsletter.models import Delivery, MailEvent, Suppression

if TYPE_CHECKING:
    from newsletter.models import Subscriber

SOFT_BOUNCES = 3
# An issue pauses when more than 5 % of its first 500 mails come back for good.
FIRST_MAILS, TOO_MANY = 500, 25


@transaction.atomic
def record(delivery: Delivery, *, key: str, kind: str, status: str = "", answer: str = "") -> bool:
    """Keep a report and act on it. False for one that came before: it counts once.

    `key` names the report. `kind` is one of MailEvent.Kind.
    """
    answer = tidy(answer)
    what = {"kind": kind, "status": status, "answer": answer[:1000], "at": timezone.now()}
    _event, is_new = MailEvent.objects.get_or_create(
        key=key[:64], defaults={"delivery": delivery, "issue": delivery.issue, **what}
    )
    if not is_new:
        return False
    subscriber = delivery.subscriber
    if kind == MailEvent.Kind.HARD:
        if subscriber:
            subscriber.bounce()
        _pause_after_too_many(delivery)
    elif kind == MailEvent.Kind.COMPLAINT and subscriber:
        subscriber.suppress(Suppression.Reason.COMPLAINED)
    elif kind == MailEvent.Kind.SOFT and subscriber and _always_bounces(subscriber):
        subscriber.bounce()
    elif kind == MailEvent.Kind.POLICY:
        said = _("An email provider is refusing our emails as a policy. It answered: %(answer)s")
        delivery.issue.alarm(said % {"answer": answer})
    return True


def _always_bounces(subscriber: "Subscriber") -> bool:
    """Whether the mails of the last issues all came back."""
    handed_over = subscriber.deliveries.filter(begun_at__isnull=False).order_by("-pk")
    soft = Exists(MailEvent.objects.filter(delivery=OuterRef("pk"), kind=MailEvent.Kind.SOFT))
    last = handed_over.annotate(came_back=soft).values_list("came_back", flat=True)[:SOFT_BOUNCES]
    return len(last) == SOFT_BOUNCES and all(last)


def _pause_after_too_many(delivery: Delivery) -> None:
    issue = delivery.issue
    if Delivery.objects.hard_bounces_of_first(issue, FIRST_MAILS) > TOO_MANY:
        said = _("More than 5% of the first 500 emails bounced. Check that this is the right list.")
        issue.pause_by_itself(said)
