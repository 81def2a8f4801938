"""Links of the search page: each narrows the results by one filter, or undoes one."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.search.finding import Hit
from articles.search.forms import SearchForm, assignment

MOST_LINKS = 6  # of one kind


@dataclass(frozen=True)
class Link:
    label: str
    query_string: str


@dataclass(frozen=True)
class Group:
    """Links that narrow the results in one way. `label` says which."""

    label: str
    links: list[Link]


def query_string(form: SearchForm, **changes: str) -> str:
    """What the form was sent with, with these fields changed; an empty text leaves one out."""
    changed = {name: assignment(name, value) for name, value in changes.items()}
    return "&".join(filter(None, (form.sent | changed).values()))


def filters_to_undo(form: SearchForm) -> list[Link]:
    """The filters of a valid form, each with the search that is the same without it."""
    chosen = form.cleaned_data
    links = []
    if chosen["topic"]:
        links.append(Link(chosen["topic"].name, query_string(form, topic="")))
    if chosen["author"]:
        links.append(Link(chosen["author"], query_string(form, author="")))
    since, until = chosen["since"], chosen["until"]
    if since and (since, until) == (date(since.year, 1, 1), date(since.year, 12, 31)):
        return [*links, Link(str(since.year), query_string(form, since="", until=""))]
    for name, text in {"since": _("From %(day)s"), "until": _("Until %(day)s")}.items():
        if chosen[name]:
            day = date_format(chosen[name], "DATE_FORMAT")
            links.append(Link(text % {"day": day}, query_string(form, **{name: ""})))
    return links


def filters_to_add(form: SearchForm, hits: list[Hit]) -> list[Group]:
    """What the articles of this page of results differ in, where no filter is chosen yet."""
    chosen = form.cleaned_data
    articles = [hit.article for hit in hits]
    choices: dict[str, dict[str, dict[str, str]]] = {}
    if not chosen["topic"]:
        topics = [article.topic for article in articles if article.topic]
        choices[_("Topic")] = {topic.name: {"topic": topic.slug} for topic in topics}
    if not chosen["author"]:
        names = [name for article in articles for name in vars(article).get("writer_names", ())]
        choices[_("Author")] = {name: {"author": name} for name in names}
    if not chosen["since"] and not chosen["until"]:
        days = [timezone.localtime(row.published_at) for row in articles if row.published_at]
        choices[_("Year")] = {
            f"{year}": {"since": f"{year}-01-01", "until": f"{year}-12-31"}
            for year in sorted({day.year for day in days}, reverse=True)
        }
    return [
        Group(
            label,
            [
                Link(text, query_string(form, **changes))
                for text, changes in islice(found.items(), MOST_LINKS)
            ],
        )
        for label, found in choices.items()
        if len(found) > 1
    ]
