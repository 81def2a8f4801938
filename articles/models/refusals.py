from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from articles.publishing_errors import Finding


class StepRefused(Exception):
    """A step of an article is not possible. The text says why, for people."""


class WrongStatus(StepRefused):
    """The article is not in a status from which this step is possible."""


class OwnArticle(StepRefused):
    """Somebody else has to take this step (FOUR_EYES)."""


class NotReady(StepRefused):
    """The article lacks what every published article needs. `findings` are the errors."""

    def __init__(self, findings: "list[Finding]") -> None:
        self.findings = findings
        missing = " ".join(str(finding.text) for finding in findings)
        super().__init__(_("Not published. %s") % missing)
