from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.author import Author
from articles.models.content import Content, as_json, content_of, write
from articles.models.contribution import Contribution
from articles.models.refusals import StepRefused, WrongStatus
from articles.models.revision import Revision
from config.web.text.fields import CharField, TextField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The text that an expert signs.
_SIGNED = ("title", "standfirst", "body", "key_takeaways", "references")


class SignOff(models.Model):
    """An expert stands by a revision. Readers are told once an editor accepts it."""

    class State(models.TextChoices):
        """WAITING -> ACCEPTED (accept), WAITING -> REFUSED (refuse)."""

        WAITING = "waiting", _("waiting for an editor")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    link = models.OneToOneField("articles.ExpertLink", models.CASCADE, related_name="sign_off")
    name = CharField(_("name"), max_length=120)
    credentials = CharField(_("credentials"), max_length=200)
    interests = TextField(_("statement of interests"), max_length=500)
    signed_at = models.DateTimeField(default=timezone.now)
    state = CharField(max_length=8, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # The person as whom readers see the expert.
    author = models.ForeignKey("articles.Author", models.SET_NULL, null=True, related_name="+")
    shows_interests = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="sign_off_decided_has_time",
                condition=Q(state="waiting", decided_at__isnull=True)
                | Q(state__in=["accepted", "refused"], decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_of(self, content: Content) -> bool:
        """Whether this content has the text that was signed."""
        signed = self.link.revision.content
        return all(signed.get(name) == content.get(name) for name in _SIGNED)

    @transaction.atomic
    def accept(
        self, *, by: "User | None", author: Author | None = None, show_interests: bool = False
    ) -> None:
        """Name the expert as reviewer: `author`, or a new author page.

        Readers of a public article see it at once if its text is the one that was signed; else it
        becomes part of the working copy. Raises WrongStatus if it was decided before, StepRefused
        if the statement of interests does not fit into the disclosure.
        """
        rows = Article.objects.select_for_update(of=("self",)).select_related("working_copy")
        article = rows.get(pk=self.link.article_id)
        self._decide(self.State.ACCEPTED, by=by)
        self.author = author or Author.objects.create(name=self.name, credentials=self.credentials)
        self.shows_interests = show_interests
        self.save(update_fields=["author", "shows_interests"])
        reason = gettext("Reviewed by %s") % self.name
        accepted = Revision.Action.SIGN_OFF_ACCEPTED
        live = content_of(article)
        if not (article.is_published and self.is_of(live)):
            content = self._named_in(article.edited_content())
            article.save_content(content, by=by, reason=reason, action=accepted)
            return
        write(article, self._named_in(live))
        Revision.record(article, accepted, by=by, reason=reason)
        if article.working_copy:
            # Publishing it later must not take the name out again.
            content = self._named_in(article.edited_content())
            article.save_working_copy(content, by=by, reason=reason, action=accepted)

    def refuse(self, *, by: "User | None") -> None:
        """Do not name the expert. Raises WrongStatus if it was decided before."""
        self._decide(self.State.REFUSED, by=by)

    def _decide(self, state: str, *, by: "User | None") -> None:
        waiting = SignOff.objects.filter(pk=self.pk, state=self.State.WAITING)
        if not waiting.update(state=state, decided_at=timezone.now(), decided_by=by):
            raise WrongStatus(gettext("This was already decided."))

    def _named_in(self, content: Content) -> Content:
        """The content with the expert as reviewer, the day, and the interests if they are shown."""
        line = {"author": self.author_id, "part": Contribution.Part.REVIEWER.value}
        people = list(content["people"])
        if not any(line.items() <= row.items() for row in people):
            last = max((row["position"] for row in people), default=-1)
            people.append({**line, "position": last + 1})
        day = as_json(timezone.localdate(self.signed_at))
        named = {"people": people, "reviewed_at": max(day, content["reviewed_at"] or "")}
        said = f"{self.name}: {self.interests}"
        if self.shows_interests and said not in content["disclosure"]:
            named["disclosure"] = f"{content['disclosure']}\n{said}".strip()
            if len(named["disclosure"]) > (Article._meta.get_field("disclosure").max_length or 0):
                raise StepRefused(
                    gettext("The disclosure would become too long. Shorten it first.")
                )
        return content | named
