"""The links of moderators' mails: each decides one comment, as it was mailed, in one way, under one moderator's name."""

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.moderating.queue.verbs import VERBS, Verb
from config.web.requests.signed_links import make_token, read_token
from config.web.site import absolute_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from comments.models import Comment

PURPOSE = "comment.moderate"
GOOD_FOR = timedelta(days=7)
LABELS = {"approve": _("Approve"), "reject": _("Reject"), "spam": _("Mark as spam")}


@dataclass(frozen=True)
class Errand:
    """What a link is for."""

    comment: int
    version: int
    verb_name: str
    moderator: int

    @property
    def verb(self) -> Verb:
        return VERBS[self.verb_name]

    @property
    def label(self) -> Promise | str:
        return LABELS[self.verb_name]

    @property
    def url(self) -> str:
        token = make_token(PURPOSE, astuple(self))
        return absolute_url(reverse("comments:moderate", args=[token]))


def errands(comment: "Comment", moderator: "User") -> list[Errand]:
    """What can be done to a comment that waits."""
    return [Errand(comment.pk, comment.version, name, moderator.pk) for name in LABELS]


def read_errand(token: str) -> Errand:
    """Raises ExpiredLink after a week, BadLink when it is no such link of ours."""
    return Errand(*read_token(PURPOSE, token, max_age=GOOD_FOR))
