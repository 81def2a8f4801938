"""What writers and readers can send beside a new comment: an edit, a report, a request for their data."""

from copy import copy
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import Comment, DataRequest, Report
from comments.plain_text import clean
from comments.writing.forms import CommentTextField
from comments.writing.receiving import reasons_to_hold
from config.web.requests.bot_traps import BotTrapMixin
from config.web.text.address_field import AddressField
from config.web.text.fields import TextInput

REPORT_LENGTH = 500
_TRAPS = (Field("website_address", wrapper_class="visually-hidden"), "rendered")


def _helper(*fields: Any, button: str) -> FormHelper:
    helper = FormHelper()
    # The view looks at the origin, or the address is a right of its own: no cookie for a token.
    helper.disable_csrf = True
    helper.layout = Layout(*fields, Submit("", button))
    return helper


class EditForm(forms.Form):
    """`version` is what the writer saw: a change made by somebody else meanwhile is not written over."""

    body = CommentTextField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy("HTML is taken out; web addresses become links."),
        error_messages={"required": gettext_lazy("Write your comment.")},
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        super().__init__(data, initial={"body": comment.body, "version": comment.version})
        self.comment = comment
        self.helper = _helper("body", "version", button=_("Save the change"))

    def save(self) -> None:
        """Raises AlreadyDecided, NotAllowed."""
        body = self.cleaned_data["body"]
        if body == self.comment.body:
            return
        changed = copy(self.comment)
        changed.body = body
        self.comment.version = self.cleaned_data["version"]
        self.comment.edit(body, by=None, held_for=reasons_to_hold(changed))

    def renew_version(self, comment: Comment) -> None:
        """Let the typed text be sent again by somebody who has been told of the other change."""
        self.data = {"body": self.data.get("body", ""), "version": comment.version}


class ReportForm(BotTrapMixin, forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Reason.choices,
        error_messages={"required": gettext_lazy("Choose what is wrong with the comment.")},
        widget=forms.RadioSelect,
    )
    text = TextInput(
        label=gettext_lazy("What should the moderators know?"),
        required=False,
        max_length=REPORT_LENGTH,
        error_messages={"max_length": gettext_lazy("Please shorten this to 500 characters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        super().__init__(data)
        self.comment = comment
        self.helper = _helper("reason", "text", *_TRAPS, button=_("Report the comment"))

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"], limit=REPORT_LENGTH)

    def save(self, *, network: str) -> None:
        """Keep the report, unless this network has an open one of the same comment."""
        fields = {name: self.cleaned_data[name] for name in ("reason", "text")}
        Report.objects.keep_once(comment=self.comment, network=network, **fields)


class DataRequestForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = _helper("email", *_TRAPS, button=_("Send me the link"))

    def save(self) -> None:
        DataRequest.objects.ask(self.cleaned_data["email"])


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Erase all of it. I know that nobody can bring it back."),
        error_messages={"required": gettext_lazy("Tick the box if you want everything erased.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = _helper("sure", button=_("Erase everything"))
