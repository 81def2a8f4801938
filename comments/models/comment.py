"""A reader's comment: its words, its state and its place in the thread.

comment_verbs.py has what can be done to it.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import Article
from comments.models.comment_table import CONSTRAINTS, INDEXES
from comments.models.comment_verbs import WithVerbs, digest_of
from comments.plain_text import as_html
from comments.querysets import CommentQuerySet
from comments.spam.comparing import sketch
from comments.spam.findings import are_rejecting
from config.web.text.addresses import known_as
from config.web.text.fields import CharField, EmailField, JSONField, TextField

NAME_LENGTH = 80
BODY_LENGTH = 5000
REASON_LENGTH = 300
# Ancestors kept in a path, so that a row of the index can hold it. A deeper answer stands beside
# the comment that it answers.
PATH_LENGTH = 60


class Comment(WithVerbs):
    class Status(models.TextChoices):
        """PENDING and HELD await a moderator. The others but REPEATED are decisions.

        A decision can replace another one; an edit or an undo leads back to PENDING or HELD. HELD
        is PENDING with something suspicious about it (`held_for`). REMOVED was public once.
        WITHDRAWN is the writer's own decision, without text, and final.

        REPEATED has words and address of a comment that waits, and nothing shows that one person
        sent both. Its sender sees a page of its own, no moderator reads it. An edit makes it wait.
        """

        PENDING = "pending", _("Pending")
        HELD = "held", _("Held")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Spam")
        REMOVED = "removed", _("Removed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPEATED = "repeated", _("Repeated")

    class Badge(models.TextChoices):
        NONE = "", _("Reader")
        AUTHOR = "author", pgettext_lazy("beside a name", "Author")
        EDITOR = "editor", _("Editor")
        MODERATOR = "moderator", _("Moderator")

    AWAITING = (Status.PENDING, Status.HELD)
    # In these states no report of a reader stays open.
    GONE = (Status.REJECTED, Status.SPAM, Status.REMOVED, Status.WITHDRAWN)

    article = models.ForeignKey(
        Article, models.PROTECT, related_name="comments", verbose_name=_("article"), db_index=False
    )
    # The database refuses a parent under another article (comment_parent_same_article).
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replies",
        verbose_name=_("in reply to"),
    )
    # The ids from the first comment of the branch down to this one. A thread is read in this order.
    path = ArrayField(models.BigIntegerField(), editable=False)
    # Approved comments anywhere below this one. The database keeps it (trigger comment_counts).
    shown_replies = models.PositiveIntegerField(default=0, editable=False)
    name = CharField(_("name"), max_length=NAME_LENGTH)
    email = EmailField(_("email address"), help_text=_("Never shown to readers."))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("account"),
    )
    badge = CharField(
        _("badge"), max_length=9, choices=Badge, default=Badge.NONE, blank=True, editable=False
    )
    body = TextField(_("comment"), max_length=BODY_LENGTH)
    # Made at save, so that a page of a long thread only puts stored pieces together.
    body_html = TextField(editable=False)
    status = CharField(
        _("status"), max_length=9, choices=Status, default=Status.PENDING, editable=False
    )
    # Why it is HELD: [{"code": "links", "detail": "3"}, …], see comments.spam.findings.
    held_for = JSONField(default=list, editable=False)
    # Grows with every decision and edit, so that nobody acts on an older version unawares.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
        db_index=False,
    )
    # Of the last decision. The writer reads it, and readers where a placeholder stays.
    reason = CharField(_("reason"), max_length=REASON_LENGTH, blank=True, editable=False)
    # The writer asked for mails about this comment.
    wants_mail = models.BooleanField(default=False, editable=False)
    # Shortened to /24 or /48 before it is stored: enough to limit a flood, and it names nobody.
    network = CharField(_("network"), max_length=49, blank=True, editable=False)
    # Equal for the same words under the same address in answer to the same comment.
    digest = CharField(max_length=64, editable=False)
    # Drawn by the browser for one form. Who sends it again is the same browser, whose first answer
    # was lost on the way.
    attempt = CharField(max_length=64, blank=True, db_default="", editable=False)
    # Alike for texts that are alike (comments.spam.comparing). Empty for a short text.
    likeness = models.BinaryField(max_length=64, null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-pk"]
        permissions = [("moderate_comment", _("Can approve and reject comments"))]
        constraints = CONSTRAINTS
        indexes = INDEXES

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if self._state.adding and not self.path:
            self.take_place()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set what is made of the words and the address."""
        self.body_html = as_html(self.body)
        self.email = known_as(self.email)
        self.digest = self.digest or digest_of(self.email, self.body, self.parent_id)
        self.likeness = sketch(self.body)

    def take_place(self) -> None:
        """Set the path. It ends with the row's own number, which is drawn before the insert."""
        if self.pk is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence('comments_comment', 'id'))")
                (self.pk,) = cursor.fetchone()
        above = self.parent.path[: PATH_LENGTH - 1] if self.parent else []
        self.path = [*above, self.pk]

    def get_absolute_url(self) -> str:
        """An address that redirects to the page of the thread that shows this comment."""
        return reverse("comments:permalink", args=[self.article.slug, self.pk])

    @property
    def is_approved(self) -> bool:
        """Twin of CommentQuerySet.approved()."""
        return self.status == self.Status.APPROVED

    @property
    def is_awaiting(self) -> bool:
        """Twin of CommentQuerySet.awaiting_moderation()."""
        return self.status in self.AWAITING

    @property
    def is_placeholder(self) -> bool:
        """Whether readers see only that a comment stood here, because it has replies."""
        return not self.is_approved and self.shown_replies > 0

    @property
    def depth(self) -> int:
        return len(self.path)

    @property
    def is_repeated(self) -> bool:
        return self.status == self.Status.REPEATED

    @property
    def original(self) -> "Comment | None":
        """Of a repeated comment the one with the same words, unless its words were changed."""
        if not self.is_repeated:
            return None
        same = Comment.objects.with_words_of(self).exclude(status=self.Status.REPEATED)
        return same.filter(pk__lt=self.pk).select_related("article").last()

    @property
    def is_refused(self) -> bool:
        """Whether a ban or a listed word rejected it, and no person has decided since."""
        by_rule = self.status == self.Status.REJECTED and self.decided_by_id is None
        return by_rule and are_rejecting(self.held_for)

    @property
    def seems_to_wait(self) -> bool:
        """Whether its page says that it waits to a sender who only typed the address.

        Otherwise a stranger could find out whom moderators banned.
        """
        return self.is_awaiting or self.is_repeated or self.is_refused

    @staticmethod
    def seen(pk: int, version: int) -> "Comment | None":
        """The comment with the version that somebody saw; None when there is no such comment.

        A verb raises AlreadyDecided if it has changed since.
        """
        comment = Comment.objects.select_related("article", "parent").filter(pk=pk).first()
        if comment is not None:
            comment.version = version
        return comment
