"""The signup box."""

from typing import Any

from crispy_forms.layout import Field, Submit
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.same_origin import tokenless_helper
from config.web.text.address_field import AddressField
from newsletter.consent_page import page_of
from newsletter.models import Subscriber

CONSENT_WORDING = gettext_lazy(
    "We send you one mail to confirm your address, and then our newsletter until you unsubscribe; "
    "every mail has a link for that."
)


class SignupForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        help_text=CONSENT_WORDING,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
        },
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these topics"),
        queryset=Topic.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Choose none to get all of them."),
        error_messages={
            "invalid_choice": gettext_lazy("One of the topics is gone. Please choose again."),
            "invalid_pk_value": gettext_lazy("One of the topics is gone. Please choose again."),
        },
    )
    # Where the box stood: part of the evidence of consent. A wrong value is no error of the reader.
    page = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["email", "topics", "website_address", "rendered", "page"]

    def __init__(self, *args: Any, request: HttpRequest | None, **kwargs: Any) -> None:
        # Other forms of the same page have fields of the same names.
        super().__init__(*args, auto_id="signup_%s", **kwargs)
        self.request = request
        if request is not None:
            self.initial.setdefault("page", request.path)
        if not settings.NEWSLETTER_SIGNUP_TOPICS or not Topic.objects.exists():
            del self.fields["topics"]
        self.helper = tokenless_helper(
            "email",
            *(["topics"] if "topics" in self.fields else []),
            Field("website_address", wrapper_class="visually-hidden"),
            "rendered",
            "page",
            Submit("", _("Subscribe"), css_id="signup_submit"),
            action=reverse("newsletter:signup"),
            form_class="signup__form",
        )

    def save(self) -> None:
        """Note the request. The address is owed a mail that fits its state."""
        Subscriber.objects.request(
            self.cleaned_data["email"],
            wording=str(CONSENT_WORDING),
            page=page_of(self.request, claimed=self.cleaned_data["page"]),
            topics=list(self.cleaned_data.get("topics", [])),
        )
