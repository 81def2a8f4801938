from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from newsletter.models import Subscriber  # noqa: F401 - named in a string below


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        """The only addresses that a newsletter may be sent to."""
        return self.filter(status="confirmed")

    def due_for_mail(self) -> Self:
        """Those who asked and have not had their answer by mail yet."""
        return self.filter(mail_due_at__lte=timezone.now())
