from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin.widgets import LinesField, PictureChoice, ProseField
from articles.models import Article, Reference
from config.web.editing.labels import LabelledFormSet
from config.web.text.fields import LineInput

# Fields of the form that are no fields of the article, or that a verb of the article saves.
ABOUT_SAVING = frozenset({"note", "publish_on", "editors_pick"})
_ASIDE = 10_000  # added to numbers for a moment; marks cite numbers up to 999


class ArticleForm(forms.ModelForm):
    body = ProseField(
        label=_("Text"),
        required=False,
        help_text=_("Cite a reference by its number in brackets: [3], [1, 2] or [1-3]."),
    )
    hero = PictureChoice(label=_("Hero image"))
    key_takeaways = LinesField(
        label=_("Key takeaways"), required=False, max_line_length=300, help_text=_("One a line.")
    )
    note = LineInput(
        label=_("Reason for the change"),
        required=False,
        max_length=300,
        help_text=_("Kept in the article's history; readers do not see it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    publish_on = forms.SplitDateTimeField(
        label=_("Publish on"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_(
            "For the button “Schedule”: the article becomes public by itself at this time."
        ),
    )
    editors_pick = forms.BooleanField(
        label=_("Editors' pick"),
        required=False,
        # A form that was opened earlier does not undo what an action of the list did since.
        show_hidden_initial=True,
        help_text=_("Stands among the editors' picks on the front page, once it is published."),
    )

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007 - the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["editors_pick"] = self.instance.picked_at is not None
            if self.instance.is_scheduled:
                self.initial["publish_on"] = self.instance.published_at

    @property
    def article_has_changed(self) -> bool:
        return bool(set(self.changed_data) - ABOUT_SAVING)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("_step") == "schedule" and "publish_on" in cleaned:
            time = cleaned["publish_on"]
            if time is None:
                self.add_error("publish_on", _("Write the day and time from which it is public."))
            elif time <= timezone.now():
                self.add_error("publish_on", _("Choose a time to come, or publish now."))
        return cleaned


class ContributionFormSet(LabelledFormSet):
    """People in their order. A row without a position goes to the end."""

    user: Any  # set by the inline

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "position" in form.fields:
            form.fields["position"].required = False
            if not form.instance.pk:
                form.initial["position"] = None

    def clean(self) -> None:
        super().clean()
        fill_numbers(self, "position", first=0)
        # An author sees the article only as one of its authors, or as the one who created it.
        own = getattr(self.user, "author", None)
        if own is None or self.user.has_perm("articles.edit_any_article"):
            return
        article = self.instance
        if article._state.adding or article.created_by_id == self.user.pk:
            return
        rows = [form.cleaned_data for form in self.forms if _is_kept(self, form)]
        if not any(row.get("author") == own and row.get("part") == "author" for row in rows):
            raise forms.ValidationError(
                _("Keep your own name among the authors: without it you would lose the article.")
            )


class ReferenceForm(forms.ModelForm):
    number = forms.IntegerField(
        label=_("number"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("Left empty, the next one."),
    )

    class Meta:
        model = Reference
        fields = ["number", "text", "url"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "cols": 48})}

    def validate_unique(self) -> None:
        """Does nothing: two rows may swap their numbers, so the formset checks them."""

    def validate_constraints(self) -> None:
        """Does nothing, for the same reason."""


class ReferenceFormSet(LabelledFormSet):
    def clean(self) -> None:
        super().clean()
        fill_numbers(self, "number", first=1)

    def save(self, commit: bool = True) -> Any:
        # Numbers that change are moved aside first: the database checks one row at a time.
        moving = [
            form.instance.pk
            for form in self.initial_forms
            if form in self.deleted_forms or "number" in form.changed_data
        ]
        Reference.objects.filter(pk__in=moving).update(number=models.F("number") + _ASIDE)
        return super().save(commit)


def fill_numbers(formset: BaseInlineFormSet, name: str, *, first: int) -> None:
    """Fill the field `name` of rows that left it empty with the numbers after the highest one."""
    rows = [form for form in formset.forms if _is_kept(formset, form)]
    taken = [form.cleaned_data[name] for form in rows if form.cleaned_data.get(name) is not None]
    following = max(taken, default=first - 1) + 1
    for form in rows:
        if name in form.cleaned_data and form.cleaned_data[name] is None:
            form.cleaned_data[name] = following
            setattr(form.instance, name, following)
            following += 1


def _is_kept(formset: BaseInlineFormSet, form: Any) -> bool:
    return bool(getattr(form, "cleaned_data", None)) and form not in formset.deleted_forms
