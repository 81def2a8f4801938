"""Two traps for programs that fill in every form: a field nobody sees, and a form sent faster than anybody types.

Neither costs a reader anything, and both answer with a message and the typed text kept, so that a person whom they
catch by mistake can send again.
"""

import re
from typing import Any

from django import forms
from django.core import signing
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SECONDS_TO_FILL_IN = 2
_SALT = "colophon.bot_traps"


_IN_HTML = re.compile(rb'name="rendered" value="[^"]*"')


def without_stamps(body: bytes) -> bytes:
    """A page as it is for its readers: two that differ in stamps alone are the same page."""
    return _IN_HTML.sub(b"", body)


class BotTrapMixin(forms.Form):
    """Adds the honeypot `website_address` and the signed time `rendered` to a public form.

    A page may come from a cache and be hours old: only a stamp that is too young, or not ours, is refused.
    """

    website_address = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    rendered = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("rendered", new_stamp())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website_address"):
            self.add_error(
                None, _("A field that should stay empty was filled in. Empty it and send again.")
            )
        elif problem := _stamp_problem(cleaned.get("rendered", "")):
            self._renew_stamp()
            self.add_error(None, problem)
        return cleaned

    def _renew_stamp(self) -> None:
        # A bound form shows what was sent; the refused stamp must not come back.
        renewed = MultiValueDict(self.data)
        renewed[self.add_prefix("rendered")] = new_stamp()
        self.data = renewed


def new_stamp() -> str:
    """Says when a form was made."""
    return signing.dumps("form", salt=_SALT)


def _stamp_problem(stamp: str) -> str:
    try:
        signing.loads(stamp, salt=_SALT)
    except signing.BadSignature:
        return _("This page was open for too long or came here incomplete. Please send again.")
    try:
        signing.loads(stamp, salt=_SALT, max_age=SECONDS_TO_FILL_IN)
    except signing.SignatureExpired:
        return ""
    return _("That was very fast. Please wait a moment and send again.")
