from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from comments.moderating.queue import deciding_views, run_views, views

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite


def queue_urls(site: "AdminSite") -> list[URLPattern]:
    """The queue is a part of the admin, with names in its namespace."""
    pages = [
        ("", views.queue, "comments_queue"),
        ("changes/", views.changes, "comments_queue_changes"),
        ("decide/", deciding_views.decide_chosen, "comments_queue_decide"),
        ("all/", run_views.decide_all, "comments_queue_all"),
    ]
    return [
        path(f"comments/queue/{place}", site.admin_view(view), name=name)
        for place, view, name in pages
    ]
