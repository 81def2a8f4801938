"""The addresses of the desk's own pages, in the namespace of the admin."""

from typing import Any

from django.urls import URLPattern, path

from config.desk import calendar, search


def desk_urls(site: Any) -> list[URLPattern]:
    pages = [
        ("calendar/", calendar.calendar, "calendar"),
        ("calendar/move/", calendar.move, "calendar_move"),
        ("search/", search.search, "search"),
    ]
    return [path(place, site.admin_view(view), name=name) for place, view, name in pages]
