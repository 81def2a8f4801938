"""The crispy template pack "colophon": what every form of the site gives its readers."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms

from tests.markup import one_line


class Letter(forms.Form):
    name = forms.CharField(help_text="As you like it.")
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField()
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)


def _render(data=None, layout=None) -> str:
    form = Letter(data)
    form.helper = FormHelper()
    form.helper.disable_csrf = True
    form.helper.form_class = "letter"
    form.helper.form_id = "letter"
    form.helper.layout = layout or Layout(*form.fields)
    form.helper.add_input(Submit("send", "Send it", css_class="button--quiet"))
    return one_line(render_crispy_form(form, context={}))


def test_form_carries_its_class_id_and_button_once():
    html = _render()

    assert '<form method="post" class="form letter" id="letter">' in html
    assert 'class="button button--quiet"' in html.replace("  ", " ")
    assert "> Send it </button>" in html
    assert "csrf" not in html


def test_fields_are_named_and_hints_belong_to_them():
    html = _render()

    assert '<label for="id_name" class="field__label"> Name' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">As you like it.' in html
    assert "Note <span" in html
    assert '<legend class="field__label"> Kind' in html


def test_first_form_shown_has_no_errors():
    html = _render()

    assert "error" not in html
    assert "aria-invalid" not in html


def test_errors_are_summed_up_linked_and_take_the_focus():
    html = _render({"note": "kept"})

    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_name">Name: ' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'value="kept"' in html


def test_what_was_typed_is_escaped():
    assert "<script>" not in _render({"note": "<script>"})


def test_layout_objects_keep_their_places():
    layout = Layout(
        Fieldset("About you", "name", css_class="who"),
        Div(Field("note", wrapper_class="visually-hidden"), css_id="trap"),
        "kind", "agree", "stamp",
    )  # fmt: skip

    html = _render(layout=layout)

    assert "<legend>About you</legend>" in html
    assert 'class="form__group who"' in html
    assert '<div id="trap"' in html
    assert 'class="field visually-hidden"' in html
    assert html.count('name="stamp"') == 1
