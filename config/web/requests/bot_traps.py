"""Two traps for programs that fill in every form: a field nobody sees, and a form sent faster than anybody types.

Neither costs a reader anything. The field answers with a message and the typed text kept, so that a person whose browser
filled it in can send again. Speed is no mistake: a browser fills in a form of one field at once. Forms ask `was_fast` and
look twice.
"""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.requests.throttle import Limit

SECONDS_TO_FILL_IN = 2
# A kept page gives all its readers one stamp, for a day at most; nobody but a program needs one so often.
PER_STAMP = Limit("stamp", times=200, period=timedelta(hours=1))
_SALT = "colophon.bot_traps"
# Chrome fills in addresses whatever "off" says, and not what says that it is something else; the others are what
# password managers (1Password, Bitwarden, LastPass, Dashlane) look for.
_LEFT_ALONE = {
    "autocomplete": "one-time-code", "tabindex": "-1",
    "data-1p-ignore": "true", "data-bwignore": "true", "data-lpignore": "true", "data-form-type": "other",
}  # fmt: skip


_IN_HTML = re.compile(rb'name="rendered" value="[^"]*"')


def without_stamps(body: bytes) -> bytes:
    """A page as it is for its readers: two that differ in stamps alone are the same page."""
    return _IN_HTML.sub(b"", body)


class BotTrapMixin(forms.Form):
    """Adds the honeypot `website_address` and the signed time `rendered` to a public form.

    A page may come from a cache and be hours old: only a stamp that is not ours is refused.
    """

    was_fast = False  # whether a valid form came back sooner than most people type

    website_address = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs=_LEFT_ALONE),
    )
    rendered = forms.CharField(widget=forms.HiddenInput, required=False)

    # Otherwise the form itself looks at `stamp_is_worn`.
    refuses_worn_stamps = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("rendered", new_stamp())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website_address"):
            self.add_error(
                None,
                _(
                    "A field that should stay empty was filled in, perhaps by your browser. It is empty again: please"
                    " send once more."
                ),
            )
            self._show_again("website_address", "")
        elif problem := _stamp_problem(cleaned.get("rendered", "")):
            self.add_error(None, problem)
            self._show_again("rendered", new_stamp())
        elif self.refuses_worn_stamps and not self.errors and self.stamp_is_worn():
            self._show_again("rendered", new_stamp())
            self.add_error(None, _("This form was sent very often. Please send it again."))
        else:
            self.was_fast = _is_young(cleaned["rendered"])
        return cleaned

    def stamp_is_worn(self) -> bool:
        """Count one more use of the stamp."""
        return not PER_STAMP.allows(self.cleaned_data["rendered"])

    def _show_again(self, name: str, value: str) -> None:
        # A bound form shows what was sent; what was refused must not come back.
        renewed = MultiValueDict(self.data)
        renewed[self.add_prefix(name)] = value
        self.data = renewed


def new_stamp() -> str:
    """Says when a form was made."""
    return signing.dumps("form", salt=_SALT)


def _stamp_problem(stamp: str) -> str:
    try:
        signing.loads(stamp, salt=_SALT)
    except signing.BadSignature:
        return _("This page was open for too long or came here incomplete. Please send again.")
    return ""


def _is_young(stamp: str) -> bool:
    try:
        signing.loads(stamp, salt=_SALT, max_age=SECONDS_TO_FILL_IN)
    except signing.SignatureExpired:
        return False
    return True
