"""The signup box."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.bot_traps import BotTrapMixin
from newsletter.consent_page import page_of
from newsletter.models import Subscriber

CONSENT_WORDING = gettext_lazy(
    "We send you one mail to confirm your address, and then our newsletter until you unsubscribe; "
    "every mail has a link for that."
)
# What breaks a mail header open, as typed or percent-encoded.
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f]|%0[0ad]", re.IGNORECASE)


class AddressField(forms.EmailField):
    """An e-mail address of the open internet, in one spelling of its domain."""

    default_validators = [EmailValidator(allowlist=[])]  # not even localhost

    def to_python(self, value: Any) -> str:
        if _LINE_BREAKS.search(str(value or "")):
            raise ValidationError(_("Write the address without line breaks or control characters."))
        return super().to_python(value) or ""

    def clean(self, value: Any) -> str:
        name, at, domain = super().clean(value).rpartition("@")
        # Quotes and look-alike letters write one mailbox in many ways, each of which would get mails of its own;
        # an IP address in brackets may be one of our own machines.
        if not name.isascii() or name.startswith('"') or domain.startswith("["):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{name}{at}{self._one_spelling(domain)}"

    def _one_spelling(self, domain: str) -> str:
        """As mail is sent to it (IDNA): lower case, no full-width letters, readable."""
        try:
            return domain.encode("idna").decode("idna").lower()
        except UnicodeError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class SignupForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        help_text=CONSENT_WORDING,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
            "invalid": gettext_lazy("Write a whole e-mail address, such as name@example.org."),
        },
    )
    # Where the box stood: part of the evidence of consent. A wrong value is ours to survive, not the reader's fault.
    page = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["email", "website_address", "rendered", "page"]

    def __init__(self, *args: Any, request: HttpRequest | None, **kwargs: Any) -> None:
        # The box shares pages with other forms, whose fields have ids of their own.
        super().__init__(*args, auto_id="signup_%s", **kwargs)
        self.request = request
        if request is not None:
            self.initial.setdefault("page", request.path)
        self.helper = self._helper()

    def save(self) -> None:
        """Ask for the address's confirmation by mail, or whatever else its state calls for."""
        Subscriber.objects.request(
            self.cleaned_data["email"],
            wording=str(CONSENT_WORDING),
            page=page_of(self.request, claimed=self.cleaned_data["page"]),
        )

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = reverse("newsletter:signup")
        helper.form_class = "signup__form"
        helper.disable_csrf = True  # the view checks the origin: a token would need a cookie
        helper.layout = Layout(
            "email",
            Field("website_address", wrapper_class="visually-hidden"),
            "rendered",
            "page",
            Submit("", _("Subscribe"), css_id="signup_submit"),
        )
        return helper
