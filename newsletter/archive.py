"""The public archive of issues that were sent: its list, each issue, and its feed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from articles.reading.feeds import ENTRIES, WholeTextAtomFeed, tag_uri
from articles.reading.listings import BadCursor, ListPage, cursor_of, read_cursor
from config.web.cache.cache_tags import cached_until
from config.web.site import absolute_url
from newsletter.composing.blocks import direction_of, shown_blocks
from newsletter.models import Issue

LIST_SIZE = 30
# The cache tags of what an issue shows: itself, and articles as they are now.
TAGS = ("issues", "words", "cards", "images")


@require_safe
@cached_until(*TAGS)
def archive(request: HttpRequest) -> HttpResponse:
    """The newest issues, and older ones after the cursor `before`."""
    before = request.GET.get("before", "")
    issues = Issue.objects.listed().defer("html", "text", "counts")
    if before:
        try:
            issues = issues.before(*read_cursor(before))
        except BadCursor as error:
            raise Http404 from error
    rows = list(issues.newest_first()[: LIST_SIZE + 1])
    if before and not rows:
        raise Http404
    last = rows[LIST_SIZE - 1] if len(rows) > LIST_SIZE else None
    older = cursor_of(last.started_at, last.pk) if last and last.started_at else ""
    listed = ListPage(rows[:LIST_SIZE], older, is_first=not before)
    return render(request, "newsletter/archive.html", {"list": listed})


@require_safe
@cached_until(*TAGS)
def archived_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """An issue without the articles that were withdrawn since."""
    issue = get_object_or_404(Issue.objects.archived(), pk=pk)
    context = {
        "issue": issue,
        "direction": direction_of(f"{issue.subject} {issue.intro}"),
        "blocks": shown_blocks(issue),
    }
    return render(request, "newsletter/archived_issue.html", context)


class ArchiveFeed(Feed[Issue, None]):
    feed_type = WholeTextAtomFeed

    def title(self) -> str:
        return _("%(site)s newsletter") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return absolute_url(reverse("newsletter:archive"))

    def feed_url(self) -> str:
        return absolute_url(reverse("newsletter:archive_feed"))

    def feed_guid(self) -> str:
        return tag_uri("newsletter")

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self) -> list[Issue]:
        return list(Issue.objects.listed().newest_first()[:ENTRIES])

    def item_title(self, item: Any) -> str:
        return str(item.subject)

    def item_description(self, item: Any) -> str:
        return str(item.preheader or item.intro)

    def item_link(self, item: Issue) -> str:
        return absolute_url(item.get_absolute_url())

    def item_guid(self, item: Issue) -> str:
        return tag_uri(f"newsletter/{item.pk}", f"{item.created_at:%Y-%m-%d}")

    def item_pubdate(self, item: Issue) -> datetime | None:
        return item.started_at

    def item_updateddate(self, item: Any) -> datetime:
        return item.started_at

    def item_extra_kwargs(self, item: Issue) -> dict[str, Any]:
        context = {"issue": item, "blocks": shown_blocks(item)}
        return {"people": [], "content": render_to_string("newsletter/_blocks.html", context)}


@require_safe
@cached_until(*TAGS)
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    return ArchiveFeed()(request)
