from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.conf.global_settings import LANGUAGES
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.change_kinds import ChangeKindField, CorrectionField, require_kind
from articles.admin.widgets import LinesField, PictureChoice, ProseField
from articles.models import Article
from articles.models.content import FIELDS, Content, field_value
from config.web.editing.moment_fields import MomentField
from config.web.text.fields import LineInput, TextInput

# Fields of the form that are no fields of the article, or that a verb of the article saves.
ABOUT_SAVING = frozenset(
    {
        "note",
        "publish_on",
        "withdraw_on",
        "notice_for_readers",
        "editors_pick",
        "change_kind",
        "correction",
    }
)


def language_choices() -> list[tuple[str, str]]:
    """The languages by their names in that of the person who is logged in."""
    return _languages_in(get_language())


@cache
def _languages_in(_language: str | None) -> list[tuple[str, str]]:
    names = {tag: gettext(name) for tag, name in LANGUAGES}
    own = names.get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)
    by_name = sorted(names.items(), key=lambda pair: pair[1].lower())
    return [("", gettext("As the site: %s") % own), *by_name]


class ArticleForm(forms.ModelForm):
    body = ProseField(
        label=_("Text"),
        required=False,
        help_text=_("Cite a reference by its number in brackets: [3], [1, 2] or [1-3]."),
    )
    hero = PictureChoice(label=_("Hero image"))
    key_takeaways = LinesField(
        label=_("Key takeaways"),
        required=False,
        max_line_length=300,
        help_text=_("One on each line."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=language_choices,
        help_text=_("Of the text, so that it is read aloud right."),
    )
    note = LineInput(
        label=_("Reason for the change"),
        required=False,
        max_length=300,
        help_text=_("Kept in the article's history; readers do not see it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    publish_on = MomentField(
        label=_("Publish on"),
        required=False,
        help_text=_(
            "For the button “Schedule”. The article is published automatically at this time."
        ),
    )
    withdraw_on = MomentField(
        label=_("Withdraw on"),
        required=False,
        help_text=_(
            "For the button “Withdraw at this time”. The article is withdrawn automatically."
        ),
    )
    notice_for_readers = TextInput(
        label=_("Reason shown to readers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown at the article's address once it is withdrawn. Optional."),
    )
    editors_pick = forms.BooleanField(
        label=_("Editors' pick"),
        required=False,
        # A form that was opened earlier does not undo what an action of the list did since.
        show_hidden_initial=True,
        help_text=_("Shown among the editors' picks on the front page once it is published."),
    )

    # In the bar of a public article, beside the button “Publish changes now”.
    change_kind = ChangeKindField()
    correction = CorrectionField()

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007 - the admin names them
        # Long titles are seen whole. The field takes line ends for spaces.
        widgets = {"title": forms.Textarea(attrs={"rows": 2, "class": "vTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["editors_pick"] = self.instance.picked_at is not None
            if self.instance.is_scheduled:
                self.initial["publish_on"] = self.instance.published_at

    def typed_fields(self) -> Content:
        """What was typed into the fields of the content that were changed."""
        names = [name for name in self.changed_data if name in FIELDS]
        return {name: field_value(self.instance, name) for name in names}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        step = self.data.get("_step")
        if step == "schedule":
            self._require_time("publish_on", _("Enter the day and time when it becomes public."))
        elif step == "schedule_withdrawal":
            self._require_time("withdraw_on", _("Enter the day and time of the withdrawal."))
        elif step == "publish_changes":
            require_kind(self, kind="change_kind", correction="correction")
        return cleaned

    def _require_time(self, name: str, missing: Any) -> None:
        if name not in self.cleaned_data:
            return
        time = self.cleaned_data[name]
        if time is None:
            self.add_error(name, missing)
        elif time <= timezone.now():
            self.add_error(name, _("Choose a time in the future, or do it now."))
