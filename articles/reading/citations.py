"""How to cite an article: APA (7th edition), MLA (9th edition) and BibTeX.

These are English styles whatever the site's language: their "and", "et al." and months are part of them.
"""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Article
from config.web.site import absolute_url

APA_NAMES = 20  # so many are all written; of more, the first 19 and the last

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.",
               "Nov.", "Dec.")  # fmt: skip
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
# Braces are counted by BibTeX even after a backslash: one without its partner would end the field or the file.
_TEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
})  # fmt: skip


class Name(NamedTuple):
    """A name in its parts; one that has no parts is all `family`."""

    given: str
    family: str
    suffix: str

    @classmethod
    def read(cls, written: str) -> "Name":
        """Family names are the last word and lower-case words before it ("Ludwig van Beethoven")."""
        words = written.split()
        if "," in written or len(words) < 2:
            return cls("", " ".join(words), "")
        suffix = words.pop() if len(words) > 2 and words[-1].lower() in _SUFFIXES else ""
        start = len(words) - 1
        while start > 1 and words[start - 1].islower():
            start -= 1
        return cls(" ".join(words[:start]), " ".join(words[start:]), suffix)

    @property
    def initials(self) -> str:
        """Such as "J.-P. M."."""
        parts = (word.split("-") for word in self.given.split())
        return " ".join("-".join(f"{part[0]}." for part in word if part) for word in parts)

    def inverted(self, given: str) -> str:
        return ", ".join(part for part in (self.family, given, self.suffix) if part)

    @property
    def in_order(self) -> str:
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)


def apa(article: Article) -> SafeString:
    """Author, A. A., & Author, B. B. (Year, Month day). *Title*. Site. URL"""
    day = _published(article)
    date = f"({day.year}, {_MONTHS[day.month - 1]} {day.day})."
    names = _apa_names(_names(article))
    title = format_html("<i>{}</i>{}", _one_line(article.title), _stop(article.title))
    # Without an author the title takes the author's place.
    head = (_ended(names), date, title) if names else (title, date)
    parts = [*head, *_site_after(names), _url(article)]
    return _joined(parts)


def mla(article: Article) -> SafeString:
    """Author, Ann, and Ben Author. “Title.” *Site*, day month year, URL."""
    day = _published(article)
    names = _mla_names(_names(article))
    inner = _one_line(article.title).replace("“", "‘").replace("”", "’")
    title = f"“{inner}{_stop(article.title)}”"
    site = format_html("<i>{}</i>,", _one_line(settings.SITE_NAME))
    date = f"{day.day} {_MLA_MONTHS[day.month - 1]} {day.year},"
    return _joined([_ended(names), title, site, date, f"{_url(article)}."])


def bibtex(article: Article) -> str:
    """An entry that both BibTeX and biblatex read; its key stays when title, address or authors change."""
    day = _published(article)
    host = (urlsplit(settings.SITE_URL).hostname or "").removeprefix("www.")
    key = re.sub(r"[^a-z0-9]+", "-", f"{host}-{article.pk}").strip("-")
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in _names(article)),
        "title": f"{{{_tex(article.title)}}}",  # braces keep its capitals
        "howpublished": _tex(settings.SITE_NAME),
        "year": str(day.year),
        "url": _url(article),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    lines.insert(-1, f"  month = {_MONTHS[day.month - 1][:3].lower()}")  # a name that both know
    return "@misc{" + ",\n".join([key, *lines]) + "\n}"


def _names(article: Article) -> list[Name]:
    return [Name.read(author.name) for author in article.writers]


def _apa_names(names: list[Name]) -> str:
    written = [name.inverted(name.initials) for name in names]
    if len(written) > APA_NAMES:
        return f"{', '.join(written[: APA_NAMES - 1])}, … {written[-1]}"
    if len(written) > 1:
        return f"{', '.join(written[:-1])}, & {written[-1]}"
    return "".join(written)


def _mla_names(names: list[Name]) -> str:
    if not names:
        return ""
    first = names[0].inverted(names[0].given)
    if len(names) == 1:
        return first
    return f"{first}, and {names[1].in_order}" if len(names) == 2 else f"{first}, et al."


def _bibtex_name(name: Name) -> str:
    """“Family, Suffix, Given”. In braces where a comma or the word “and” would be read as two names."""
    if not name.given:
        return f"{{{_tex(name.family)}}}"
    parts = (_tex(part) for part in (name.family, name.suffix, name.given) if part)
    written = ", ".join(parts)
    return f"{{{_tex(name.in_order)}}}" if " and " in f" {written} ".lower() else written


def _site_after(names: str) -> list[str]:
    """APA leaves the site out where it is the author already."""
    site = _one_line(settings.SITE_NAME)
    return [] if site == names else [_ended(site)]


def _published(article: Article) -> datetime:
    """In the site's time zone, as readers are told. A preview counts as of today."""
    return timezone.localtime(article.published_at)


def _url(article: Article) -> str:
    return absolute_url(article.get_absolute_url())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return _one_line(text).translate(_TEX)


def _stop(text: str) -> str:
    """A full stop, unless the text ends with a mark of its own."""
    return "" if text.rstrip().endswith((".", "!", "?", "…")) else "."


def _ended(text: str) -> str:
    return f"{text}{_stop(text)}" if text else ""


def _joined(parts: list[str]) -> SafeString:
    """The parts that there are, escaped."""
    return format_html_join(" ", "{}", ([part] for part in parts if part))
