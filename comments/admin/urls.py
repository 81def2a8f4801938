"""The pages of the admin about comments that belong to no model."""

from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from comments.admin import mail_choice
from comments.moderating.queue import runs, views

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite


def comments_urls(site: "AdminSite") -> list[URLPattern]:
    """The queue and the choice of mails, with names in the namespace of the admin."""
    pages = [
        ("mail/", mail_choice.choose, "comments_mail"),
        ("queue/", views.queue, "comments_queue"),
        ("queue/changes/", views.changes, "comments_queue_changes"),
        ("queue/decide/", views.decide_chosen, "comments_queue_decide"),
        ("queue/all/", runs.decide_all, "comments_queue_all"),
    ]
    return [
        path(f"comments/{place}", site.admin_view(view), name=name) for place, view, name in pages
    ]
