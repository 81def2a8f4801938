"""Parts of forms are written without templates, and come out as Django's templates write them."""

import re

import pytest
from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime, AdminTimeWidget
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.forms.utils import ErrorList
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config.web.form_renderer import _WRITERS, QuickRenderer

SIGNS = "<b>\"Stairs\" & 'lifts'</b>"
CHOICES = [
    ("", gettext_lazy("Search")),
    (1, SIGNS),
    (SIGNS, "x"),
    ("Group <1>", [("a", "A"), ("b", 1000)]),
]
ATTRIBUTES = {"id": "id_x", "required": True, "disabled": False, "data-x": SIGNS, "maxlength": 1000}
WIDGETS = [
    *(forms.TextInput(), forms.NumberInput(), forms.EmailInput(), forms.URLInput(), forms.ColorInput()),
    *(forms.SearchInput(), forms.TelInput(), forms.PasswordInput(render_value=True), forms.HiddenInput()),
    *(forms.DateInput(), forms.DateTimeInput(), forms.TimeInput(), forms.CheckboxInput(), forms.FileInput()),
    *(forms.Textarea(), forms.Select(choices=CHOICES), forms.SelectMultiple(choices=CHOICES)),
    *(forms.NullBooleanSelect(), forms.RadioSelect(choices=CHOICES), forms.ClearableFileInput()),
    *(forms.SplitDateTimeWidget(), AdminSplitDateTime(), AdminDateWidget(), AdminTimeWidget()),
    forms.MultiWidget({"one": forms.TextInput(), "two": forms.Select(choices=CHOICES)}),
]  # fmt: skip


def without_gaps(html):
    """Spaces between tags and at the end of lines are nobody's matter."""
    html = re.sub(r"\s*(<[^>]*>)\s*", r"\1", html.strip())
    return re.sub(r"\s+(for=|>)", r" \1", html).replace(" >", ">")


def test_all_forms_are_written_by_it():
    assert isinstance(get_default_renderer(), QuickRenderer)


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "1", SIGNS, mark_safe("<i>safe</i>"), 1000])
def test_widget_is_the_same(widget, value):
    if isinstance(widget, forms.MultiWidget):
        value = [value, "b"]

    ours = widget.render("x", value, ATTRIBUTES)

    assert without_gaps(ours) == without_gaps(
        widget.render("x", value, ATTRIBUTES, DjangoTemplates())
    )


class Form(forms.Form):
    title = forms.CharField(label=SIGNS, help_text="Help")
    number = forms.IntegerField(label=gettext_lazy("Search"))


def test_labels_and_errors_are_the_same():
    ours, theirs = (
        Form({"title": "", "number": SIGNS}, renderer=each) for each in (None, DjangoTemplates())
    )

    assert without_gaps(str(ours)) == without_gaps(str(theirs))
    assert 'class="errorlist" id="id_number_error"' in str(ours)


def test_lists_of_errors_are_the_same():
    errors = ErrorList([SIGNS, mark_safe("<i>safe</i>")], error_class="nonfield")
    empty = ErrorList()

    assert str(errors) == errors.render(renderer=DjangoTemplates())
    assert str(empty) == empty.render(renderer=DjangoTemplates()) == ""


def test_each_writer_stands_for_a_template_of_django():
    for name in _WRITERS:
        assert DjangoTemplates().get_template(name), name
