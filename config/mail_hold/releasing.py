"""What `manage.py release_mail` and the button in the admin do."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.web import audit
from config.web.mail.hold import mail_may_leave
from config.web.mail.owed_mail import MAIL_TRIES, OwedMailQuerySet
from config.web.models import Installation
from newsletter.models import Issue

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def release_mail(*, by: "User | None", request: HttpRequest | None = None) -> bool:
    """Let mail leave from this database and address. False when it was not on hold.

    Issues that were being sent when the copy was made are paused: others may have got them since.
    """
    with connection.cursor() as cursor:
        # Of two people who press at once, the second waits here and then finds it done.
        cursor.execute("SELECT FROM web_installation FOR UPDATE")
    if mail_may_leave():
        return False
    Installation.adopt()
    said = _(
        "This is a copy of the database, and some subscribers may have got this issue from the"
        " original. Resume it, or cancel it."
    )
    for issue in Issue.objects.sending():
        issue.pause_by_itself(said)
    audit.record(
        audit.AuditEntry.Action.MAIL_RELEASED,
        by=by,
        request=request,
        detail="" if by else "manage.py release_mail",
    )
    return True


def count_owed() -> int:
    """How many mails would go out, or be tried, soon after a release."""
    owed = 0
    for model in apps.get_models():
        if isinstance(model._default_manager.all(), OwedMailQuerySet):
            rows = model._default_manager.filter(mail_due_at__isnull=False)
            owed += rows.filter(mail_attempts__lt=MAIL_TRIES).count()
    return owed
