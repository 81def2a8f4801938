"""The signup box."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Submit
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.same_origin import tokenless_helper
from config.web.text.address_field import AddressField
from newsletter.consent_page import page_of
from newsletter.models import Subscriber

CONSENT_WORDING = gettext_lazy(
    "We will send you an email to confirm your address, then our newsletter until you"
    " unsubscribe. Every email has a link to unsubscribe."
)


class TopicsField(forms.ModelMultipleChoiceField):
    """Topics to tick, each with its sub-topics after it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        unknown = gettext_lazy("One of the topics no longer exists. Choose again.")
        super().__init__(
            Topic.objects.as_tree(),
            required=False,
            help_text=gettext_lazy(
                "If you choose none, you get all topics. A topic includes its sub-topics."
            ),
            error_messages={"invalid_choice": unknown, "invalid_pk_value": unknown},
            **options,
        )

    def label_from_instance(self, obj: Topic) -> str:
        return f"{obj.parent} › {obj}" if obj.parent else str(obj)


class SignupForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your email address"),
        help_text=CONSENT_WORDING,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Enter your email address, such as name@example.org."),
        },
    )
    topics = TopicsField(label=gettext_lazy("Only these topics"))
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

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is shown. A valid one, when it is sent, is not."""
        return tokenless_helper(
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
