"""The form under every article."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Article
from comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from comments.plain_text import as_html, clean, clean_name, visible
from comments.querysets import CommentQuerySet
from comments.spam.findings import Finding, found
from comments.writing.badges import signature
from comments.writing.receiving import receive
from comments.writing.sender import Sender
from config.web.requests.bot_traps import SECONDS_TO_FILL_IN, BotTrapMixin
from config.web.requests.throttle import Limit
from config.web.text.address_field import AddressField
from config.web.text.addresses import known_as, mailbox

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Beyond its network's limit a comment is refused. Beyond the others it is held: anybody can type somebody else's address,
# and a flood from everywhere must not keep innocent readers out. A household or an office shares a network.
PER_NETWORK = Limit("comments.network", times=30, period=timedelta(minutes=10))
PER_WRITER = Limit("comments.writer", times=15, period=timedelta(minutes=10))
PER_SITE = Limit("comments.site", times=300, period=timedelta(minutes=10))


class TooManyComments(Exception):
    """The network's limit is reached; `retry_after` is in seconds."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.scope)
        self.retry_after = limit.retry_after()


class CommentTextField(forms.CharField):
    """Whatever is typed becomes plain text; only too much of it is an error, with the text kept."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        # A browser sends each line break as two characters and counts it as one.
        text = str(value or "").replace("\r\n", "\n")
        if len(text) > BODY_LENGTH:
            over = len(text) - BODY_LENGTH
            message = ngettext(
                "This is %(over)d character too long. Please shorten it to %(limit)d.",
                "This is %(over)d characters too long. Please shorten it to %(limit)d.",
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
    """Reads these fields and no others: status, article and whatever else a request may carry are not looked at."""

    name = NameField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Shown with your comment. It need not be your full name."),
        error_messages={"required": gettext_lazy("Write the name to show with your comment.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME_LENGTH}),
    )
    email = AddressField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Never shown, and not used for a newsletter."),
        error_messages={
            "required": gettext_lazy("Write your e-mail address. It is never shown."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # No maxlength on the widget: browsers cut a pasted text there without a word.
    body = CommentTextField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "A moderator reads it before it appears. HTML is taken out; web addresses become links."
            " Everybody can read it for years: leave out details of your health that you want to keep private."
        ),
        error_messages={"required": gettext_lazy("Write your comment.")},
        widget=forms.Textarea(attrs={"rows": 7, "data-limit": BODY_LENGTH}),
    )

    refuses_worn_stamps = False  # holds

    wants_mail = forms.BooleanField(
        label=gettext_lazy("E-mail me when it is published or answered"), required=False
    )
    # The number of the comment that is answered. Text, so that nonsense gets the sentence that a lost comment gets.
    parent = forms.CharField(required=False, widget=forms.HiddenInput)
    # Filled in by comments.js with random letters: who sends them again is the same browser (comments.writing.sender).
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
        self.helper = FormHelper()
        self.helper.form_action = reverse("comments:post", args=[article.slug])
        self.helper.form_class = "comment-form"
        self.helper.form_id = "comment-form"
        # The page belongs to nobody and is cached whole: the view checks the origin instead of a token.
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
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
        )

    def clean_email(self) -> str:
        return known_as(self.cleaned_data["email"])

    def clean_parent(self) -> Comment | None:
        """Only what readers see can be answered. The form that comes back answers nothing any more."""
        number = self.cleaned_data["parent"]
        if not number:
            return None
        parent = self._answerable().numbered(number)
        if parent is None:
            self.data = MultiValueDict(self.data)
            self.data[self.add_prefix("parent")] = ""
            raise ValidationError(
                _(
                    "The comment that you answer is not there any more. Send your text again, and it will be a comment"
                    " of its own."
                )
            )
        return parent

    @property
    def answers(self) -> Comment | None:
        """The comment that is answered, as far as the form knows one."""
        return self._answerable().numbered(str(self["parent"].value() or ""))

    def comment(self, *, user: "User | None") -> Comment:
        """What a valid form says, unsaved: enough for a preview."""
        names = ("name", "email", "body", "wants_mail", "parent")
        fields = {name: self.cleaned_data[name] for name in names} | signature(user, self.article)
        return Comment(article=self.article, body_html=as_html(self.cleaned_data["body"]), **fields)

    def save(self, sender: Sender) -> Comment:
        """The comment, pending unless the sender may decide comments. The same words sent again by the same sender give
        the comment that is there.

        Raises TooManyComments. Only a new comment counts against the limits, and one that is refused is not kept. What
        is beyond a limit that others can fill up, too, is held.
        """
        comment = self.comment(user=sender.user)
        comment.network, comment.attempt = sender.network, sender.attempt
        fast = [found("fast", SECONDS_TO_FILL_IN)] if self.was_fast else []
        count = partial(self._count, sender.network)
        with transaction.atomic():
            comment, is_new = receive(comment, sender, found_before=fast, count=count)
            if is_new:
                _publish_at_once(comment, sender.user)
        return comment

    def _answerable(self) -> CommentQuerySet:
        return Comment.objects.approved().filter(article=self.article)

    def _count(self, network: str) -> list[Finding]:
        """What to hold the comment for."""
        if not PER_NETWORK.allows(network):
            raise TooManyComments(PER_NETWORK)
        beyond = {
            "writer": not PER_WRITER.allows(mailbox(self.cleaned_data["email"])),
            "site": not PER_SITE.allows(""),
            "stamp": self.stamp_is_worn(),
        }
        return [found(f"flood_{name}") for name, is_beyond in beyond.items() if is_beyond]


def _publish_at_once(comment: Comment, user: "User | None") -> None:
    """Who may decide comments need not wait for somebody who does."""
    if user is not None and user.has_perm("comments.moderate_comment") and comment.is_awaiting:
        comment.approve(by=user)
