"""The rows below an article's form: people, references, corrections."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Contribution, Reference
from articles.models.content import ROWS, Content, as_json
from articles.source_addresses import (
    MalformedDoi,
    MalformedPubMedNumber,
    address_in,
    normal_address,
)
from config.web.editing.labels import LabelledFormSet
from config.web.editing.row_forms import with_lost_rows_as_new


class RowsFormSet(LabelledFormSet):
    """Rows that are saved with the article's content, all of them each time.

    So they may be those of a working copy, which no table holds. Each is a new row for Django.
    People who may only read see the rows of the table.
    """

    rows_name: str  # a key of ROWS
    is_editable: bool  # set by the inline
    user: Any  # set by the inline

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.shown: list[Any] = []
        if self.is_editable and data is not None:
            with_lost_rows_as_new(data, type(self), ())
        elif self.is_editable and kwargs["instance"].pk:
            relation, names = ROWS[self.rows_name]
            self.shown = list(getattr(kwargs["instance"], relation).all())
            kwargs["initial"] = [{name: getattr(row, name) for name in names} for row in self.shown]
            self.extra = len(self.shown)
        super().__init__(data, *args, **kwargs)
        # What Django's message about the save asks for.
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []

    def initial_form_count(self) -> int:
        return 0 if self.is_editable and not self.is_bound else super().initial_form_count()

    def get_queryset(self) -> Any:
        return self.shown if self.is_editable else super().get_queryset()

    # Rows shown as existing ones get a box to delete them, which works without a script.

    @property
    def initial_forms(self) -> Any:
        return self.forms[: len(self.shown)] if self.is_editable else super().initial_forms

    @property
    def extra_forms(self) -> Any:
        return self.forms[len(self.shown) :] if self.is_editable else super().extra_forms

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.is_editable:
            form.fields["id"].initial = None

    def typed_rows(self) -> list[Content]:
        """The rows as a content holds them, in the order of the page."""
        _relation, names = ROWS[self.rows_name]
        kept = [form.cleaned_data for form in self.forms if self.is_kept(form)]
        rows = [{name: as_json(row.get(name)) for name in names} for row in kept]
        first = names[0] if self.rows_name != "people" else "position"
        return sorted(rows, key=lambda row: row[first], reverse=self.rows_name == "corrections")

    def is_kept(self, form: Any) -> bool:
        return bool(getattr(form, "cleaned_data", None)) and form not in self.deleted_forms

    def fill_numbers(self, name: str, *, first: int) -> None:
        """Fill the field `name` of rows that left it empty with the numbers after the highest."""
        rows = [form for form in self.forms if self.is_kept(form)]
        taken = [row.cleaned_data[name] for row in rows if row.cleaned_data.get(name) is not None]
        following = max(taken, default=first - 1) + 1
        for form in rows:
            if name in form.cleaned_data and form.cleaned_data[name] is None:
                form.cleaned_data[name] = following
                setattr(form.instance, name, following)
                following += 1


class RowForm(forms.ModelForm):
    """The rows replace those of the table together, so the formset alone compares them."""

    def validate_unique(self) -> None:
        """Does nothing."""

    def validate_constraints(self) -> None:
        """Does nothing."""


class ContributionForm(RowForm):
    class Meta:
        model = Contribution
        fields = ["author", "part", "position"]


class ContributionFormSet(RowsFormSet):
    """People in their order. A row without a position goes to the end."""

    rows_name = "people"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "position" in form.fields:
            form.fields["position"].required = False
            if not form.instance.pk and (index is None or index >= len(self.shown)):
                form.initial["position"] = None

    def clean(self) -> None:
        super().clean()
        self.fill_numbers("position", first=0)
        # An author sees the article only as one of its authors, or as the one who created it.
        own = getattr(self.user, "author", None)
        if own is None or self.user.has_perm("articles.edit_any_article"):
            return
        article = self.instance
        if article._state.adding or article.created_by_id == self.user.pk:
            return
        rows = [form.cleaned_data for form in self.forms if self.is_kept(form)]
        if not any(row.get("author") == own and row.get("part") == "author" for row in rows):
            raise forms.ValidationError(
                _(
                    "Keep your own name among the authors. Without it you could no longer edit"
                    " the article."
                )
            )


class SourceAddressField(forms.URLField):
    """The address of a source. A DOI or PubMed number becomes its link."""

    # Not of type "url": a browser would refuse the numbers.
    widget = forms.TextInput(attrs={"class": "vURLField", "inputmode": "url"})

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(normal_address(value or ""))
        except MalformedDoi as error:
            raise forms.ValidationError(
                _("“%(typed)s” is not a DOI. Enter one like 10.1136/bmj.n71."),
                params={"typed": value},
            ) from error
        except MalformedPubMedNumber as error:
            raise forms.ValidationError(
                _("“%(typed)s” is not a PubMed number. Enter 1 to 8 digits."),
                params={"typed": value},
            ) from error


class ReferenceForm(RowForm):
    number = forms.IntegerField(
        label=_("number"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("Leave empty to use the next one."),
    )
    url = SourceAddressField(
        label=_("address"),
        required=False,
        max_length=500,
        help_text=_("A link, a DOI or a PubMed number."),
    )

    class Meta:
        model = Reference
        fields = ["number", "text", "url"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "cols": 48})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.SOURCE_LOOKUP_URL:  # for source_lookup.js
            self.fields["url"].widget.attrs |= {
                "data-lookup": reverse("admin:articles_article_source"),
                "data-found": _("The source is filled in. Check it."),
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("url") == "":
            cleaned["url"] = address_in(cleaned.get("text", ""))[:500]
        return cleaned


class ReferenceFormSet(RowsFormSet):
    rows_name = "references"

    def clean(self) -> None:
        super().clean()
        self.fill_numbers("number", first=1)


class CorrectionFormSet(RowsFormSet):
    rows_name = "corrections"
