"""Two traps for programs that fill in every form: a field that no reader sees, and the time taken.

Neither costs a reader anything. When the field is filled in, perhaps by a browser, the form comes
back with a message and the typed text. A fast form is no error: a browser fills in one field at
once. Views read `was_fast` and treat the text with more suspicion.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.requests.signed_links import signer
from config.web.requests.throttle import Limit

SECONDS_TO_FILL_IN = 2
# A page in the page cache gives all its readers one stamp for a day. Only a program uses one so
# often.
PER_STAMP = Limit("stamp", times=200, period=timedelta(hours=1))
_SALT = "colophon.bot_traps"
# Chrome ignores autocomplete="off" for addresses, and respects another purpose. The data attributes
# are those of password managers (1Password, Bitwarden, LastPass, Dashlane).
_LEFT_ALONE = {
    "autocomplete": "one-time-code",
    "tabindex": "-1",
    "data-1p-ignore": "true",
    "data-bwignore": "true",
    "data-lpignore": "true",
    "data-form-type": "other",
}

_IN_HTML = b'name="rendered" value="'


def without_stamps(body: bytes) -> bytes:
    """A page without the stamps of its forms: two pages that differ only in them are the same."""
    first, *rest = body.split(_IN_HTML)
    return first + b"".join(part.partition(b'"')[2] for part in rest)


class BotTrapMixin(forms.Form):
    """Adds the honeypot `website_address` and the signed time `rendered` to a public form.

    A stamp of any age is taken, because a page may come from a cache. A forged one is refused.
    """

    was_fast = False  # whether a valid form came back sooner than most people type

    website_address = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs=_LEFT_ALONE),
    )
    rendered = forms.CharField(widget=forms.HiddenInput, required=False)

    # A form that sets this to False asks `stamp_is_worn` itself.
    refuses_worn_stamps = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # else the form that was sent has one
            self.initial.setdefault("rendered", new_stamp())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("website_address"):
            message = _(
                "A field that should stay empty was filled in, perhaps by your browser. It is"
                " empty again. Send the form once more."
            )
            self._refuse(message, website_address="")
        elif (was_fast := _is_fast(cleaned.get("rendered", ""))) is None:
            message = _(
                "This page was open for too long or arrived incomplete. Send the form again."
            )
            self._refuse(message, rendered=new_stamp())
        elif self.refuses_worn_stamps and not self.errors and self.stamp_is_worn():
            message = _("This form was sent very often. Send it again.")
            self._refuse(message, rendered=new_stamp())
        else:
            self.was_fast = was_fast
        return cleaned

    def stamp_is_worn(self) -> bool:
        """Count one more use of the stamp, and say whether it was used too often."""
        return not PER_STAMP.allows(self.cleaned_data["rendered"])

    def _refuse(self, message: str, **values: str) -> None:
        """An error of the whole form, which comes back with other values in these fields."""
        self.add_error(None, message)
        renewed = MultiValueDict(self.data)
        for name, value in values.items():
            renewed[self.add_prefix(name)] = value
        self.data = renewed


def new_stamp() -> str:
    """The signed time at which a form was made."""
    return signer(_SALT).sign_object("form")


def _is_fast(text: str) -> bool | None:
    """Whether a stamp is at most SECONDS_TO_FILL_IN old; None for a text that is none of ours."""
    try:
        signer(_SALT).unsign_object(text, max_age=SECONDS_TO_FILL_IN)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return None
    return True
