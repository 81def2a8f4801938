"""The form that begins an import."""

import re
from typing import TYPE_CHECKING, Any
from zipfile import is_zipfile

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Author, Topic
from config.moving.maps import BadMap, read_map
from config.moving.moves import Move
from config.moving.uploading import Draft
from config.web.text.addresses import ascii_domain
from config.web.text.fields import LineInput, TextInput

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_MOST_MAP = 100_000  # characters
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# Sources of `manage.py import_from` that are one file.
KINDS = {
    "wordpress": gettext_lazy("WordPress: an export in XML"),
    "ghost": gettext_lazy("Ghost: an export in JSON"),
    "disqus": gettext_lazy("Disqus: comments in XML"),
    "isso": gettext_lazy("Isso: the database of comments"),
    "subscribers": gettext_lazy("Subscribers: a list in CSV"),
    "files": gettext_lazy("An article in Markdown, HTML or Word"),
}


class ImportForm(forms.Form):
    """`save` keeps the files and asks for a dry run. Its report starts the import."""

    kind = forms.ChoiceField(label=gettext_lazy("Import from"), choices=list(KINDS.items()))
    file = forms.FileField(label=gettext_lazy("File"), max_length=200)
    publish = forms.BooleanField(
        label=gettext_lazy("Publish what was public"),
        required=False,
        help_text=gettext_lazy("Articles keep their date. Otherwise all become drafts."),
    )
    pictures = forms.FileField(
        label=gettext_lazy("Folder of pictures, as a zip file"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Of WordPress the folder wp-content/uploads, of Ghost content/images."
        ),
    )
    fetch_from = LineInput(
        label=gettext_lazy("Fetch pictures from"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "The host name of the old site, such as old.example; several with spaces between."
            " Leave empty to ask no other site."
        ),
    )
    authors = TextInput(
        label=gettext_lazy("Authors who are here already"),
        required=False,
        max_length=_MOST_MAP,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "On each line the name there (of WordPress the log-in name, of Ghost the slug), a comma"
            " and the slug here: ada, ada-leaf. All others are found by their name, or added."
        ),
    )
    topics = TextInput(
        label=gettext_lazy("Categories that are topics here already"),
        required=False,
        max_length=_MOST_MAP,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("On each line the slug there, a comma and the slug here."),
    )
    address = LineInput(
        label=gettext_lazy("Address of the old site"),
        required=False,
        max_length=253,
        help_text=gettext_lazy(
            "Such as https://old.example. Exports of Ghost do not name it; without it, links to the"
            " old site stay as they are."
        ),
    )
    ask = forms.BooleanField(
        label=gettext_lazy("Ask subscribers without a consent to confirm"),
        required=False,
        help_text=gettext_lazy("Each gets one email, within the limits of signups."),
    )
    repair = forms.BooleanField(
        label=gettext_lazy("Mend faults of the file"),
        required=False,
        help_text=gettext_lazy("Only for a file that was refused. The report counts each fault."),
    )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields below their headings."""
        groups = {
            "": ["kind", "file", "publish"],
            _("Pictures"): ["pictures", "fetch_from"],
            _("Authors and topics"): ["authors", "topics"],
            _("For some files only"): ["address", "ask", "repair"],
        }
        return [(title, [self[name] for name in names]) for title, names in groups.items()]

    def clean_fetch_from(self) -> list[str]:
        typed = re.split(r"[\s,]+", self.cleaned_data["fetch_from"])
        return [_host(host) for host in typed if host]

    def clean_address(self) -> str:
        typed = self.cleaned_data["address"].strip().rstrip("/")
        if not typed:
            return ""
        whole = typed if typed.startswith(("https://", "http://")) else f"https://{typed}"
        _host(whole.split("/")[2])
        return whole

    def clean_authors(self) -> str:
        return self._map("authors", Author)

    def clean_topics(self) -> str:
        return self._map("topics", Topic)

    def _map(self, name: str, model: type[Author | Topic]) -> str:
        typed: str = self.cleaned_data[name]
        try:
            read_map(typed.splitlines(), model)
        except BadMap as problem:
            raise forms.ValidationError(str(problem)) from problem
        return typed

    def clean_pictures(self) -> Draft | None:
        file: Draft | None = self.cleaned_data["pictures"]
        if file and not is_zipfile(file):
            raise forms.ValidationError(_("Choose a zip file."))
        return file

    def save(self, *, by: "User") -> Move | None:
        """The move that waits. None, with an error in the form, when the disk is full."""
        chosen = self.cleaned_data
        file: Draft = chosen["file"]
        move = Move(
            direction=Move.Direction.IN,
            kind=chosen["kind"],
            file_name=str(file.name),
            is_dry_run=True,
            options=self._words(),
            by=by,
        )
        try:
            file.keep_as(move.upload)
            if chosen["pictures"]:
                chosen["pictures"].keep_as(move.enclosed("media"))
            for name in ("authors", "topics"):
                if chosen[name].strip():
                    move.enclosed(name).write_text(chosen[name], encoding="utf-8")
        except OSError:
            move.forget_files()
            self.add_error("file", _("The disk is full. Free some space, and upload it again."))
            return None
        move.save(force_insert=True)
        return move

    def _words(self) -> list[str]:
        chosen: dict[str, Any] = self.cleaned_data
        words = [f"--{name}" for name in ("publish", "ask", "repair") if chosen[name]]
        words += [f"--fetch-from={host}" for host in chosen["fetch_from"]]
        return [*words, *([f"--address={chosen['address']}"] if chosen["address"] else [])]


def _host(typed: str) -> str:
    """The host that was typed, also as an address. Raises ValidationError."""
    host = typed.removeprefix("https://").removeprefix("http://").rstrip("/")
    try:
        domain = ascii_domain(host)
    except ValueError:
        domain = ""
    if not _HOST.fullmatch(domain):
        raise forms.ValidationError(_("Enter a host name, such as old.example."))
    return domain
