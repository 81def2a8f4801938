"""Findings of the layers: their form in Comment.held_for, and the words that moderators read."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Finding = dict[str, str]

# Codes of findings that reject, as moderators decided. All others only hold.
REJECTING = {"ban", "reject_word"}

_WORDS = {
    "word": gettext_lazy("word “%(detail)s”"),
    "same": gettext_lazy("same text as comment %(detail)s"),
    "similar": gettext_lazy("like comment %(comment)s (%(percent)s %% the same)"),
    "throwaway": gettext_lazy("disposable email address (%(detail)s)"),
    "fast": gettext_lazy("sent in %(detail)s seconds"),
    "learned": gettext_lazy("looks like earlier spam (%(detail)s %%)"),
    "service": gettext_lazy("marked as spam by the external service"),
    "reject_word": gettext_lazy("word “%(detail)s”, on the reject list"),
    "ban": gettext_lazy("banned (%(kind)s)"),
    "writer": gettext_lazy("commenter on hold"),
    "network": gettext_lazy("network on hold"),
    "flood_writer": gettext_lazy("many comments from this address within minutes"),
    "flood_site": gettext_lazy("many comments on the whole site within minutes"),
    "flood_stamp": gettext_lazy("same form sent very often"),
    "new": gettext_lazy("new commenter"),
    "fault": gettext_lazy("not checked: %(detail)s failed"),
}
_KINDS = {"writer": gettext_lazy("commenter"), "network": gettext_lazy("network")}


def found(code: str, detail: object = "") -> Finding:
    return {"code": code, "detail": str(detail)}


NEW_WRITER = found("new")


def are_rejecting(findings: Iterable[Finding]) -> bool:
    return any(finding.get("code") in REJECTING for finding in findings)


def describe(held_for: Iterable[Finding]) -> list[str]:
    """Words for the queue, such as “3 links” and “new writer”. An unknown code stays a code."""
    return [_in_words(finding.get("code", ""), finding.get("detail", "")) for finding in held_for]


def _in_words(code: str, detail: str) -> str:
    if code == "links" and not detail.isdecimal():
        return _("links")
    if code == "links":
        return ngettext("%(n)d link", "%(n)d links", int(detail)) % {"n": int(detail)}
    if code not in _WORDS:
        return f"{code} {detail}".strip()
    # "similar" has two details: the comment's number and how much is the same.
    comment, _space, percent = detail.partition(" ")
    kind = str(_KINDS.get(detail, detail))
    values = {"detail": detail, "comment": comment, "percent": percent, "kind": kind}
    return str(_WORDS[code]) % values
