"""Links to pages of this site: which of them lead readers nowhere."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet
from django.urls import Resolver404, ResolverMatch, resolve

from articles.models import Article, Author, Page, Series, Topic

# The pages of rows that come and go: the view, and the rows that readers may see.
_ROWS: dict[str, Any] = {
    "articles:article": lambda: Article.objects.published(),
    "articles:author": lambda: Author.objects.in_print(),
    "articles:topic": lambda: Topic.objects.all(),
    "articles:page": lambda: Page.objects.all(),
    "articles:series": lambda: Series.objects.with_parts(),
}
# Asked which of some paths lead readers on, where no view answers: config.moving adds redirects.
LEADING_ON: list[Callable[[Collection[str]], set[str]]] = []
_NOT_FOR_READERS = {"articles:preview", "articles:sign_off"}


def dead_paths(paths: Iterable[str]) -> set[str]:
    """The paths of this site at which readers find nothing: a draft, a withdrawn article, a typo.

    An earlier address that redirects is good. Two queries at most for each kind of page,
    and one for redirects.
    """
    dead: set[str] = set()
    slugs: dict[str, dict[str, list[str]]] = {view: {} for view in _ROWS}
    for path in paths:
        match = _match(path)
        if match is None or "admin" in match.namespaces or match.view_name in _NOT_FOR_READERS:
            dead.add(path)
        elif match.view_name in _ROWS:
            slugs[match.view_name].setdefault(match.kwargs["slug"], []).append(path)
    for view, wanted in slugs.items():
        missing = wanted.keys() - _found(_ROWS[view](), wanted.keys())
        dead.update(path for slug in missing for path in wanted[slug])
    for leading_on in LEADING_ON if dead else ():
        dead -= leading_on(dead)
    return dead


def _match(path: str) -> ResolverMatch | None:
    """The view behind a path, also behind one without its last slash, which redirects."""
    path = unquote(path.partition("?")[0])
    for spelling in (path, f"{path}/"):
        try:
            return resolve(spelling)
        except Resolver404:
            continue
    return None


def _found(public: "QuerySet[Any]", slugs: Collection[str]) -> set[str]:
    if not slugs:
        return set()
    found = set(public.filter(slug__in=slugs).values_list("slug", flat=True))
    if left := set(slugs) - found:
        former = public.filter(former_slugs__slug__in=left)
        found.update(former.values_list("former_slugs__slug", flat=True))
    return found
