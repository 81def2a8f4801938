"""Form fields and widgets of the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Script
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField  # type: ignore[import-untyped]
from django_prose_editor.widgets import AdminProseEditorWidget  # type: ignore[import-untyped]

from articles.models import Image
from articles.rich_text import derive
from config.web.database.keys import may_be_key
from config.web.text.characters import is_blank

# Exactly what rich_text.clean_html keeps: the editor drops what it does not know, and so does the
# server.
_EXTENSIONS: dict[str, Any] = {
    "Heading": {"levels": [2, 3, 4]},
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Underline": True,
    "Subscript": True,
    "Superscript": True,
    "Cite": {"label": _("Title of a work")},
    "Code": True,
    "CodeBlock": True,
    "HardBreak": True,
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "Callout": {"label": _("Callout")},
    "PullQuote": {"label": _("Pull quote"), "source": _("Source")},
    "HorizontalRule": True,
    "Link": {
        "enableTarget": False,
        "targetsUrl": reverse_lazy("admin:articles_link_targets"),
        # Of prose_link.js
        "words": {
            "heading": _("Link"),
            "search": _("Find a page of this site by its title"),
            "address": _("Address"),
            "title": _("Title"),
            "save": _("Update"),
            "none": _("Nothing found."),
            "found": _("Use the arrow keys and Enter to choose."),
        },
    },
    "Table": {
        "resizable": False,
        "captionTitle": _("Table caption"),
        "captionLabel": _("Caption"),
        "saveLabel": _("Update"),
        "rowsLabel": _("Rows"),
        "columnsLabel": _("Columns"),
        "headLabel": _("With a header row"),
        "insertLabel": _("Insert table"),
    },
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": {"pickerUrl": reverse_lazy("admin:articles_image_pick")},
    "AnyFigure": True,
    "Caption": True,
    "Image": True,
    "SpecialCharacters": True,
    "HTML": True,
    "Fullscreen": True,
    "WaysOn": True,
    "Pasting": {
        "markdownUrl": reverse_lazy("admin:articles_article_markdown"),
        "labels": {
            "markdown": _("The Markdown was turned into formatted text. Undo to go back."),
            "notes": _("Footnotes turned into references with citations: {count}."),
            "pictures": _(
                "Pictures from other sites that were left out: {count}. Save them and drop"
                " the files here."
            ),
        },
    },
    "LibraryUploads": {
        "url": reverse_lazy("admin:articles_image_several"),
        "labels": {
            "title": _("Add a picture to the library"),
            "alt": _("Alternative text"),
            "decoration": _("Decoration only"),
            "needed": _("Describe what the picture shows, or tick “Decoration only”."),
            "add": _("Add"),
            "cancel": _("Cancel"),
            "notReached": _("The server cannot be reached."),
        },
    },
    # Of prose_extensions.js: the editor's English names of buttons, and the names to show.
    "ButtonNames": {
        "names": {
            "paragraph": _("Paragraph"),
            "Paragraph": _("Paragraph"),
            "Heading 2": _("Heading 2"),
            "Heading 3": _("Heading 3"),
            "Heading 4": _("Heading 4"),
            "Code block": _("Code block"),
            "unordered list": _("Bulleted list"),
            "ordered list": _("Numbered list"),
            "blockquote": _("Quotation"),
            "horizontal rule": _("Divider"),
            "figure": _("Picture with caption"),
            "bold": _("Bold"),
            "italic": _("Italic"),
            "underline": _("Underline"),
            "strike": _("Strikethrough"),
            "subscript": _("Subscript"),
            "superscript": _("Superscript"),
            "Code": _("Code"),
            "insert link": _("Link"),
            "remove link": _("Remove link"),
            "Insert table": _("Insert table"),
            "Add column": _("Add column"),
            "Delete column": _("Delete column"),
            "Add row": _("Add row"),
            "Delete row": _("Delete row"),
            "Merge cells": _("Merge cells"),
            "Split cell": _("Split cell"),
            "Toggle header cell": _("Header cell or normal cell"),
            "Delete table": _("Delete table"),
            "undo": _("Undo"),
            "redo": _("Redo"),
            "edit HTML": _("Edit HTML"),
        }
    },
}


_MODULES = ("extensions", "keyboard", "link", "paste", "pictures")


class ProseWidget(AdminProseEditorWidget):
    """The editor with our own extensions."""

    def get_config(self) -> dict[str, Any]:
        modules = [static(f"admin_colophon/prose_{name}.js") for name in _MODULES]
        return super().get_config() | {"js_modules": modules}


class ProseField(ProseEditorFormField):
    """Formatted text. The model's save() cleans it, as that of imports and programs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(config={"extensions": dict(_EXTENSIONS)}, widget=ProseWidget, **kwargs)

    def clean(self, value: Any) -> Any:
        """A text without pictures and letters counts as empty."""
        is_empty = "<img" not in (value or "") and is_blank(derive(value or "").plain_text)
        return super().clean("" if is_empty else value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Browsers send every line end as CR LF, which is no change of the text.
        return super().has_changed(initial, (data or "").replace("\r\n", "\n"))


class LinesField(forms.CharField):
    """A list of texts, one a line. Empty lines are dropped."""

    def __init__(self, *, max_line_length: int, **kwargs: Any) -> None:
        self.max_line_length = max_line_length
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        lines = [line for line in lines if not is_blank(line)]
        for number, line in enumerate(lines, start=1):
            if len(line) > self.max_line_length:
                raise ValidationError(
                    _("Line %(number)s has %(length)s characters. The limit is %(most)s."),
                    params={"number": number, "length": len(line), "most": self.max_line_length},
                )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        typed = [" ".join(line.split()) for line in (data or "").splitlines()]
        return list(initial or []) != [line for line in typed if line]


class PicturePicker(forms.HiddenInput):
    """The chosen picture of the library, with a button that opens the library in a window."""

    template_name = "admin/articles/picture_picker.html"
    is_hidden = False  # although its input is hidden

    @property
    def media(self) -> forms.Media:
        script: Any = Script("admin_colophon/picture_picker.js", type="module")
        return forms.Media(js=[script])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["picture"] = Image.objects.filter(pk=value).first() if may_be_key(value) else None
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_pick"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # The template engine of forms does not look into templates/.
        context = self.get_context(name, value, attrs)
        return mark_safe(render_to_string(self.template_name, context))  # noqa: S308


class PictureChoice(forms.ModelChoiceField):
    """A picture of the library, or none."""

    widget = PicturePicker

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Image.objects.all(), required=False, **kwargs)


def thumbnail(image: Image | None) -> str:
    """The picture at a size for lists, without alternative text: its title stands beside it."""
    if image is None:
        return ""
    return format_html(
        '<img class="thumbnail" src="{}" alt="" width="{}" height="{}"'
        ' loading="lazy" decoding="async">',
        image.file.url,
        image.width,
        image.height,
    )
