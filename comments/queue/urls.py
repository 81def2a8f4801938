from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from comments.queue import views

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite


def queue_urls(site: "AdminSite") -> list[URLPattern]:
    """The queue is a part of the admin, with names in its namespace."""
    return [path("comments/queue/", site.admin_view(views.queue), name="comments_queue")]
