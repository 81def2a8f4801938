from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Field, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.kept_data import Keeper
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.same_origin import tokenless_helper
from config.web.text.address_field import AddressField
from config.your_data.models import DataRequest


class AskForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your email address"),
        error_messages={
            "required": gettext_lazy("Enter your email address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        trap = Field("website_address", wrapper_class="visually-hidden")
        send = Submit("", _("Send link"))
        self.helper = tokenless_helper("email", trap, "rendered", send)

    def save(self) -> None:
        DataRequest.objects.ask(self.cleaned_data["email"])


class EraseForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What to erase"), widget=forms.RadioSelect)
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, erase it. I understand that this cannot be undone."),
        error_messages={
            "required": gettext_lazy("Tick the box to confirm that you want to erase it.")
        },
    )

    def __init__(self, keepers: Sequence[Keeper], data: Any = None) -> None:
        super().__init__(data, initial={"what": "all"})
        self.keepers = keepers
        if len(keepers) == 1:
            del self.fields["what"]
        else:
            each = [(keeper.name, keeper.title) for keeper in keepers]
            what: Any = self.fields["what"]
            what.choices = [("all", _("Everything")), *each]
        self.helper = tokenless_helper(
            *self.fields, Submit("", _("Erase"), css_class="button--bad")
        )

    def save(self, email: str) -> None:
        """Erase what was chosen."""
        what = self.cleaned_data.get("what", "all")
        for keeper in self.keepers:
            if what in {"all", keeper.name}:
                keeper.erase(email)
