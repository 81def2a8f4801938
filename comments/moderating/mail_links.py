"""The links in moderators' mails.

Each decides one version of one comment, in one way, in the name of one moderator.
"""

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.moderating.queue.verbs import VERBS, Verb
from config.web.requests.signed_links import make_token, read_token
from config.web.site import public_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from comments.models import Comment

PURPOSE = "comment.moderate"
GOOD_FOR = timedelta(days=7)
LABELS = {"approve": _("Approve"), "reject": _("Reject"), "spam": _("Mark as spam")}


@dataclass(frozen=True)
class DecisionLink:
    """What a link decides: primary keys of comment and moderator, the version, and the verb."""

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
        return public_url("comments:moderate", make_token(PURPOSE, astuple(self)))


def decision_links(comment: "Comment", moderator: "User") -> list[DecisionLink]:
    """One link for each way to decide a comment that waits."""
    return [DecisionLink(comment.pk, comment.version, name, moderator.pk) for name in LABELS]


def read_decision_link(token: str) -> DecisionLink:
    """Raises ExpiredLink after a week, BadLink for any other text than a token of these links."""
    return DecisionLink(*read_token(PURPOSE, token, max_age=GOOD_FOR))
