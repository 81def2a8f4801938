"""Who sees which comments."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from comments.models import Comment  # noqa: F401 - named in a string below


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """What every reader may see, on articles that every reader may see."""
        return self.filter(status="approved")

    def awaiting_moderation(self) -> Self:
        return self.filter(status="pending")

    def oldest_first(self) -> Self:
        return self.order_by("created_at", "pk")

    def queue(self) -> Self:
        """The moderation queue: pending before decided, then newest first."""
        pending_first = models.Case(models.When(status="pending", then=0), default=1)
        return self.annotate(queue_order=pending_first).order_by(
            "queue_order", "-created_at", "-pk"
        )

    def with_writer_history(self) -> Self:
        """Annotates how many other comments of the same address were approved, rejected, marked as spam."""

        def earlier(status: str) -> Coalesce:
            same_writer = self.model.objects.filter(email=OuterRef("email"), status=status)
            counts = (
                same_writer.exclude(pk=OuterRef("pk"))
                .order_by()
                .values("email")
                .annotate(n=Count("pk"))
            )
            return Coalesce(Subquery(counts.values("n")), 0)

        return self.annotate(
            writer_approved=earlier("approved"),
            writer_rejected=earlier("rejected"),
            writer_spam=earlier("spam"),
        )
