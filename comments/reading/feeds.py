"""The newest comments of a thread as an Atom feed (RFC 4287)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Article
from articles.reading.feeds import WholeTextAtomFeed, tag_uri
from comments.models import Comment
from config.web.cache.cache_tags import cacheable, public_page
from config.web.site import absolute_url

ENTRIES = 50


class ThreadFeed(Feed[Comment, Article]):
    feed_type = WholeTextAtomFeed

    def get_object(self, request: HttpRequest, *, article: Article) -> Article:
        return article

    def title(self, obj: Article) -> str:
        return _("Comments on “%(title)s”") % {"title": obj.title}

    def link(self, obj: Article) -> str:
        return absolute_url(f"{obj.get_absolute_url()}#comments")

    def feed_url(self, obj: Article) -> str:
        return absolute_url(reverse("comments:feed", args=[obj.slug]))

    def feed_guid(self, obj: Article) -> str:
        return tag_uri(f"articles/{obj.pk}/comments")

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self, obj: Article) -> QuerySet[Comment]:
        approved = Comment.objects.approved().filter(article=obj).select_related("article")
        only = ("name", "body_html", "created_at", "decided_at", "edited_at", "article__slug")
        return approved.only(*only).newest_first()[:ENTRIES]

    def item_title(self, item: Comment) -> str:
        return _("Comment by %(name)s") % {"name": item.name}

    def item_description(self, item: Comment) -> None:  # type: ignore[override]
        """What stands in the entry's content need not be said twice."""

    def item_link(self, item: Comment) -> str:
        return absolute_url(item.get_absolute_url())

    def item_guid(self, item: Comment) -> str:
        return tag_uri(f"comments/{item.pk}", f"{item.created_at:%Y-%m-%d}")

    def item_author_name(self, item: Comment) -> str:
        return item.name

    def item_pubdate(self, item: Comment) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Comment) -> datetime:
        """It becomes news when a moderator lets it appear, or when its words change."""
        return max(filter(None, (item.created_at, item.decided_at, item.edited_at)))

    def item_extra_kwargs(self, item: Comment) -> dict[str, Any]:
        return {"people": [], "content": item.body_html}


@public_page
@require_safe
@conditional_page
def thread_feed(request: HttpRequest, slug: str) -> HttpResponse | HttpResponseBase:
    public = Article.objects.published().only("title", "slug")
    article = public.filter(slug=slug).first()
    if article is not None:
        answer = ThreadFeed()(request, article=article)
        return cacheable(answer, f"title-{article.pk}", f"thread-{article.pk}")
    renamed = public.filter(former_slugs__slug=slug).first()
    if renamed is None:
        raise Http404
    return redirect("comments:feed", slug=renamed.slug, permanent=True)
