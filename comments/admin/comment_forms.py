"""The forms of a comment's page in the admin: a note, other words, a restriction."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.models import AlreadyDecided, Comment, NotAllowed, Note, Restriction
from comments.querysets import RESTRICTS_NETWORK
from comments.writing.forms import CommentTextField
from config.web.text.fields import LineInput

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "maxlength": 1000})}

    def save_for(self, comment: Comment, *, by: "User") -> None:
        comment.notes.create(text=self.cleaned_data["text"], by=by)


class WordsForm(forms.Form):
    """Other words for the version of a comment that the moderator saw. The log keeps the old."""

    body = CommentTextField(
        label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def save_for(self, comment: Comment, *, by: "User") -> bool:
        """Change the words. Returns False, and adds an error, if the comment cannot change."""
        try:
            with transaction.atomic():
                seen = Comment.seen(comment.pk, self.cleaned_data["version"])
                if seen is None:
                    raise AlreadyDecided(_("This comment was erased."))
                seen.edit(self.cleaned_data["body"], by=by, held_for=[])
        except (AlreadyDecided, NotAllowed) as problem:
            self.add_error("body", str(problem))
        return not self.errors


class RestrictForm(forms.Form):
    """Hold or refuse later comments of a comment's writer or network."""

    kind = forms.ChoiceField(label=gettext_lazy("Who"), widget=forms.RadioSelect)
    effect = forms.ChoiceField(
        label=gettext_lazy("Later comments"),
        choices=Restriction.Effect.choices,
        widget=forms.RadioSelect,
        initial=Restriction.Effect.HOLD,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Number of days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy(
            "Leave empty to restrict for good. A network can be restricted for 30 days at most."
        ),
    )
    note = LineInput(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = {
            Restriction.Kind.WRITER: comment.email,
            Restriction.Kind.NETWORK: comment.network,
        }
        choices: Any = self.fields["kind"]
        choices.choices = [(kind.value, value) for kind, value in self.of.items() if value]
        choices.initial = next((kind for kind, _value in choices.choices), None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        days = given.get("days")
        if (
            given.get("kind") == Restriction.Kind.NETWORK
            and days
            and timedelta(days) > RESTRICTS_NETWORK
        ):
            self.add_error(
                "days", _("Enter 30 days or fewer for a network. Networks change hands.")
            )
        return given

    def save(self, *, by: "User") -> Restriction:
        given = self.cleaned_data
        return Restriction.objects.impose(
            given["kind"],
            self.of[given["kind"]],
            effect=given["effect"],
            by=by,
            note=given["note"],
            ends_at=timezone.now() + timedelta(given["days"]) if given["days"] else None,
        )
