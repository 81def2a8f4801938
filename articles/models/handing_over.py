from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models.author import Author
from articles.models.content import Content, as_json
from articles.models.notice import Notice
from articles.models.refusals import OwnArticle, WrongStatus
from articles.models.revision import Revision
from articles.models.topic import Topic
from articles.querysets import IS_OR_WILL_BE_PUBLIC
from config.web.moments import months_after

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The piles of work on the desk's first page.
DESK_INDEXES = [
    models.Index(
        F("status"),
        F("modified_at").desc(),
        F("id").desc(),
        name="article_at_work",
        condition=Q(status__in=["draft", "in_review"]),
    ),
    models.Index(
        F("modified_at").desc(),
        F("id").desc(),
        name="article_changed",
        condition=Q(working_copy__isnull=False),
    ),
    models.Index(
        F("review_by"),
        F("id"),
        name="article_review_by",
        condition=IS_OR_WILL_BE_PUBLIC & Q(review_by__isnull=False),
    ),
]


class WithHandingOver(models.Model):
    """The part of Article about the people who hand it to each other, and about its reviews.

    `self` is an Article, which mypy cannot know.
    """

    class Meta:
        abstract = True

    # People

    def owners(self: Any) -> "models.QuerySet[User]":
        """Whose article it is: the logins of its writers, or else who created it."""
        users = get_user_model().objects
        mine = {"author__contributions__article": self.pk, "author__contributions__part": "author"}
        writers = users.filter(**mine)
        return writers if writers.exists() else users.filter(pk=self.created_by_id)

    def refuse_own(self: Any, by: "User | None") -> None:
        """Raise OwnArticle where FOUR_EYES is on and `by` wrote or last submitted the article."""
        if not settings.FOUR_EYES or by is None:
            return
        submitted = self.revisions.filter(action=Revision.Action.SUBMITTED).first()
        people = self.edited_content()["people"]
        written = [row["author"] for row in people if row["part"] == "author"]
        if (
            (submitted is not None and submitted.by_id == by.pk)
            or self.owners().filter(pk=by.pk).exists()
            or Author.objects.filter(pk__in=written, user=by).exists()
        ):
            raise OwnArticle(
                _("You wrote this article or sent it for review, so someone else must do this.")
            )

    # Steps

    @transaction.atomic
    def _step(
        self: Any,
        allowed: set[str],
        to: str,
        action: str,
        *,
        by: "User | None",
        reason: str = "",
        **times: Any,
    ) -> None:
        """Change the status and record it. Raises WrongStatus if somebody changed it before.

        The UPDATE is conditional, so that of two people who act at once the second is told.
        """
        changes: dict[str, Any] = {"status": to, "modified_at": timezone.now(), **times}
        same = type(self).objects.filter(pk=self.pk, status__in=allowed)
        if not same.update(**changes):
            raise WrongStatus(_("The article's status has changed. Open it again."))
        for name, value in changes.items():
            setattr(self, name, value)
        Revision.record(self, action, by=by, reason=reason)
        Notice.objects.follow_step(self, action, by=by, reason=reason)

    @transaction.atomic
    def reschedule(self: Any, *, at: datetime, seen: datetime, by: "User | None") -> None:
        """Give a scheduled article another time to come. `seen` is the time that the person knows.

        Raises WrongStatus when `at` has passed, or the article has another time or status by now;
        OwnArticle by FOUR_EYES.
        """
        self.refuse_own(by)
        if at <= timezone.now():
            raise WrongStatus(_("This time is in the past. Choose a time in the future."))
        same = type(self).objects.scheduled().filter(pk=self.pk, published_at=seen)
        if not same.update(published_at=at, modified_at=timezone.now()):
            raise WrongStatus(_("Someone moved or changed it in the meantime. Check it again."))
        self.refresh_from_db(fields=["published_at", "modified_at"])
        Revision.record(self, Revision.Action.SCHEDULED, by=by)
        Notice.objects.follow_step(self, Revision.Action.SCHEDULED, by=by)

    # Reviews

    def next_review(self: Any, start: date) -> date | None:
        """The day of the next review by the topic's interval; None without one."""
        months = self.topic.review_months if self.topic else None
        return months_after(start, months) if months else None

    def proposed_review(self: Any, at: datetime) -> dict[str, Any]:
        """The field to set when the article is published at that time without a next review."""
        next_review = self.next_review(timezone.localdate(at)) if self.review_by is None else None
        return {"review_by": next_review} if next_review else {}

    def with_next_review(self: Any, content: Content) -> Content:
        """The content; if it says a new review and no next one, with the one by its topic."""
        reviewed = content["reviewed_at"]
        if not reviewed or content["review_by"] or reviewed == as_json(self.reviewed_at):
            return content
        shown = type(self)(topic=Topic.objects.filter(pk=content["topic"]).first())
        return content | {"review_by": as_json(shown.next_review(date.fromisoformat(reviewed)))}

    @transaction.atomic
    def confirm_review(self: Any, *, by: "User | None", seen: int | None = None) -> None:
        """Note that the public article was reviewed today and says the same still.

        Readers see it at once, and no working copy or scheduled change undoes it. The next review
        follows from the topic; without an interval there a later date stays. `seen` is the newest
        revision that the person knows. Raises WrongStatus if there is a newer one.
        """
        public = type(self).objects.published().select_for_update(of=("self",))
        row = public.select_related("topic", "working_copy").filter(pk=self.pk).first()
        if row is None:
            raise WrongStatus(_("The article is not public."))
        if seen is not None and row.revisions.values_list("pk", flat=True).first() != seen:
            raise WrongStatus(_("Someone changed the article in the meantime. Check it first."))
        today = timezone.localdate()
        later = row.review_by if row.review_by and row.review_by > today else None
        row.reviewed_at, row.review_by = today, row.next_review(today) or later
        dates = {"reviewed_at": as_json(row.reviewed_at), "review_by": as_json(row.review_by)}
        note = {"article": row, "action": Revision.Action.REVIEWED, "by": by}
        planned = row.scheduled_steps.filter(revision__isnull=False)
        for step in planned.exclude(revision=row.working_copy_id).select_related("revision"):
            content = step.revision.content | dates
            planned.update(revision=Revision.objects.create(content=content, **note))
        revision = Revision.objects.create(content=row.edited_content() | dates, **note)
        if row.working_copy_id:
            planned.filter(revision=row.working_copy_id).update(revision=revision)
            row.working_copy = revision
        row.save(update_fields=["reviewed_at", "review_by", "working_copy", "modified_at"])
