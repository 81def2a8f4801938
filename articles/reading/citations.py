"""How to cite an article: APA (7th edition), MLA (9th edition) and BibTeX.

The styles are English on a site in any language: "and", "et al." and the months belong to them.
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

APA_NAMES = 20  # APA writes so many names; of more, the first 19 and the last

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
# BibTeX counts braces even after a backslash: a single one would end the field or the file.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)


class Name(NamedTuple):
    """The parts of a name. All of a name that has no parts is `family`."""

    given: str
    family: str
    suffix: str

    @classmethod
    def read(cls, written: str) -> "Name":
        """The family name is the last word and lower-case words before it, as "van Beethoven"."""
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
    people = [Name.read(author.name) for author in article.writers]
    written = [name.inverted(name.initials) for name in people]
    names = "".join(written)
    if len(written) > APA_NAMES:
        names = f"{', '.join(written[: APA_NAMES - 1])}, … {written[-1]}"
    elif len(written) > 1:
        names = f"{', '.join(written[:-1])}, & {written[-1]}"
    title = format_html("<i>{}</i>{}", _one_line(article.title), _stop(article.title))
    # Without an author the title takes the author's place.
    head = (_ended(names), date, title) if names else (title, date)
    site = _one_line(settings.SITE_NAME)
    # APA leaves the site out where it is the author already.
    return _joined([*head, "" if site == names else _ended(site), _url(article)])


def mla(article: Article) -> SafeString:
    """Author, Ann, and Ben Author. “Title.” *Site*, day month year, URL."""
    day = _published(article)
    people = [Name.read(author.name) for author in article.writers]
    names = people[0].inverted(people[0].given) if people else ""
    if len(people) > 1:
        names += f", and {people[1].in_order}" if len(people) == 2 else ", et al."
    inner = _one_line(article.title).replace("“", "‘").replace("”", "’")
    title = f"“{inner}{_stop(article.title)}”"
    site = format_html("<i>{}</i>,", _one_line(settings.SITE_NAME))
    month = _MONTHS[day.month - 1]
    # MLA shortens the months that have more than four letters.
    short = month if len(month) < 5 else f"{month[: 4 if month == 'September' else 3]}."
    date = f"{day.day} {short} {day.year},"
    return _joined([_ended(names), title, site, date, f"{_url(article)}."])


def bibtex(article: Article) -> str:
    """An entry for BibTeX and biblatex. Its key stays when title, address or authors change."""
    day = _published(article)
    host = (urlsplit(settings.SITE_URL).hostname or "").removeprefix("www.")
    key = re.sub(r"[^a-z0-9]+", "-", f"{host}-{article.pk}").strip("-")
    fields = {
        "author": " and ".join(_bibtex_name(Name.read(author.name)) for author in article.writers),
        "title": f"{{{_tex(article.title)}}}",  # braces keep its capitals
        "howpublished": _tex(settings.SITE_NAME),
        "year": str(day.year),
        "url": _url(article),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    lines.insert(-1, f"  month = {_MONTHS[day.month - 1][:3].lower()}")  # a macro of both
    return "@misc{" + ",\n".join([key, *lines]) + "\n}"


def _bibtex_name(name: Name) -> str:
    """“Family, Suffix, Given”, in braces where “and” in it would make two names of it."""
    if not name.given:
        return f"{{{_tex(name.family)}}}"
    parts = (_tex(part) for part in (name.family, name.suffix, name.given) if part)
    written = ", ".join(parts)
    return f"{{{_tex(name.in_order)}}}" if " and " in f" {written} ".lower() else written


def _published(article: Article) -> datetime:
    """The time of publication in the site's time zone; of an unpublished article, now."""
    return timezone.localtime(article.published_at)


def _url(article: Article) -> str:
    return absolute_url(article.get_absolute_url())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return _one_line(text).translate(_TEX)


def _stop(text: str) -> str:
    """A full stop, or "" after a text that ends with a punctuation mark."""
    return "" if text.rstrip().endswith((".", "!", "?", "…")) else "."


def _ended(text: str) -> str:
    return f"{text}{_stop(text)}" if text else ""


def _joined(parts: list[str]) -> SafeString:
    """The parts that are not empty, escaped, with spaces between them."""
    return format_html_join(" ", "{}", ([part] for part in parts if part))
