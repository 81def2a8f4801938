"""The form under every article."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Article
from comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from comments.plain_text import clean, clean_name, visible
from comments.querysets import CommentQuerySet, Sender
from comments.writing.sender import signature
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.same_origin import tokenless_helper
from config.web.text.address_field import AddressField
from config.web.text.addresses import known_as


class CommentTextField(forms.CharField):
    """Makes any input plain text. The only error is a text that is too long."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        # A browser sends each line break as two characters and counts it as one.
        text = str(value or "").replace("\r\n", "\n")
        if len(text) > BODY_LENGTH:
            over = len(text) - BODY_LENGTH
            message = ngettext(
                "Your comment is %(over)d character too long. Shorten it to %(limit)d.",
                "Your comment is %(over)d characters too long. Shorten it to %(limit)d.",
                over,
            )
            raise ValidationError(message % {"over": over, "limit": BODY_LENGTH}, code="max_length")
        return clean(text, limit=BODY_LENGTH)

    def bound_data(self, data: Any, initial: Any) -> str:
        """The text as typed, for the form that comes back with an error."""
        return visible(str(data or ""))


class NameField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean_name(str(value or ""), limit=NAME_LENGTH)

    def bound_data(self, data: Any, initial: Any) -> str:
        return visible(str(data or ""))


class CommentForm(BotTrapMixin, forms.Form):
    """Reads these fields only. A status or an article in the request changes nothing."""

    name = NameField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Shown with your comment. It need not be your full name."),
        error_messages={"required": gettext_lazy("Enter the name to show with your comment.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME_LENGTH}),
    )
    email = AddressField(
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("Never shown, and not used for a newsletter."),
        error_messages={
            "required": gettext_lazy("Enter your email address. It is never shown."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # No maxlength on the widget: browsers cut a pasted text there without a word.
    body = CommentTextField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "A moderator reads it before it appears. HTML is removed. Web addresses become links."
            " Anyone can read it for years, so leave out details of your health that you want to"
            " keep private."
        ),
        error_messages={"required": gettext_lazy("Enter your comment.")},
        widget=forms.Textarea(attrs={"rows": 7, "data-limit": BODY_LENGTH}),
    )

    refuses_worn_stamps = False  # comments.writing.receiving counts the stamp and holds

    wants_mail = forms.BooleanField(
        label=gettext_lazy("Email me when it is published or someone replies"), required=False
    )
    # The number of the comment that is answered. A text, so that no number gets the message that a
    # comment gets which is gone.
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    # Random letters from comments.js, by which a browser that sends the form again is known.
    attempt = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, article: Article, answers: Comment | None = None, **kwargs: Any
    ) -> None:
        # The signup form of the same page has fields of the same names.
        kwargs.setdefault("auto_id", "id_comment_%s")
        super().__init__(*args, **kwargs)
        self.article = article
        if answers is not None:
            self.initial["parent"] = str(answers.pk)

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is shown. A valid one, when it is sent, is not."""
        return tokenless_helper(
            "name",
            "email",
            "body",
            "wants_mail",
            "parent",
            "attempt",
            Field("website_address", wrapper_class="visually-hidden"),
            "rendered",
            Div(
                Submit("", _("Send comment"), css_id="send-comment"),
                Submit(
                    "preview", _("Preview"), css_id="preview-comment", css_class="button--quiet"
                ),
                css_class="form__buttons",
            ),
            action=reverse("comments:post", args=[self.article.slug]),
            form_class="comment-form",
            form_id="comment-form",
        )

    def clean_email(self) -> str:
        return known_as(self.cleaned_data["email"])

    def clean_parent(self) -> Comment | None:
        """The comment that is answered, if readers see it. Else the form drops the number."""
        number = self.cleaned_data["parent"]
        if not number:
            return None
        parent = self._answerable().numbered(number)
        if parent is None:
            self.data = MultiValueDict(self.data)
            self.data[self.add_prefix("parent")] = ""
            raise ValidationError(
                _(
                    "The comment that you are replying to is no longer there. Send your text again"
                    " to make it a comment of its own."
                )
            )
        return parent

    @property
    def answers(self) -> Comment | None:
        """The comment that is answered, also of a form that is not valid or not sent."""
        return self._answerable().numbered(str(self["parent"].value() or ""))

    def comment(self, *, by: Sender) -> Comment:
        """What a valid form says, as an unsaved comment of its sender."""
        names = ("name", "email", "body", "wants_mail", "parent")
        fields = {name: self.cleaned_data[name] for name in names} | signature(
            by.user, self.article
        )
        return Comment(article=self.article, network=by.network, attempt=by.attempt, **fields)

    def _answerable(self) -> CommentQuerySet:
        return Comment.objects.approved().filter(article=self.article)
