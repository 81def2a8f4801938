"""Pages of a thread, the link to one comment, and the form that sends a comment."""

from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from articles.querysets import ArticleQuerySet
from comments.models import Comment, DiscussionSettings
from comments.reading.opening import opening_of
from comments.reading.own import remember_own
from comments.reading.thread import Entry, Sort, page_address, read_discussion
from comments.writers import links
from comments.writing.forms import CommentForm
from comments.writing.receiving import TooManyComments, receive
from comments.writing.sender import sender_of
from config.web.cache.cache_tags import cacheable, public_page
from config.web.database.compiled import Compiled, Given
from config.web.requests.same_origin import same_origin_required
from config.web.site import absolute_url

_ARTICLE = Compiled(lambda: _public().filter(slug=Given("slug")))
_RENAMED = Compiled(lambda: _public().filter(former_slugs__slug=Given("slug"))[:1])


def _public() -> ArticleQuerySet:
    return Article.objects.published().defer("body", "body_html", "plain_text")


@public_page
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """The pages of a thread, and where its form is sent."""
    article = _article_or_404(slug)
    if request.method == "POST":
        return _receive(request, article)
    if article.slug != slug:
        address = reverse("comments:post", args=[article.slug], query=request.GET)
        return redirect(address, permanent=True)
    return _thread_page(request, article)


@require_safe
def permalink(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """To the page of the thread that shows the comment."""
    article = _article_or_404(slug)
    comment = Comment.objects.in_thread().filter(article=article, pk=pk).first()
    if comment is None:
        raise Http404
    return redirect(page_address(article, comment))


@public_page
@require_safe
def reply(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form with the comment that it answers."""
    article = _article_or_404(slug)
    comment = Comment.objects.approved().filter(article=article, pk=pk).first()
    if comment is None:
        raise Http404
    if article.slug != slug:
        return redirect("comments:reply", article.slug, pk, permanent=True)
    form = CommentForm(article=article, answers=comment)
    heading = _("Reply to %(name)s") % {"name": comment.name}
    page = _page(request, form, DiscussionSettings.current(), heading=heading)
    return cacheable(page, *_tags_of(article))


def _thread_page(request: HttpRequest, article: Article) -> HttpResponse:
    sort: Sort = "newest" if request.GET.get("sort") == "newest" else "oldest"
    cursor = request.GET.get("after", "")
    after = Comment.objects.filter(article=article).numbered(cursor)
    if cursor and after is None:
        raise Http404
    discussion = read_discussion(article, after=after, sort=sort)
    if after and not discussion.entries:
        raise Http404
    here = f"{request.path}?after={after.pk}" if after else article.get_absolute_url()
    context = {
        "article": article,
        "discussion": discussion,
        "canonical_url": absolute_url(here),
    }
    return cacheable(render(request, "comments/thread.html", context), *_tags_of(article))


def _tags_of(article: Article) -> tuple[str, ...]:
    """What a page about a thread shows."""
    pk = article.pk
    return f"title-{pk}", f"opening-{pk}", f"thread-{pk}", "discussion"


@never_cache
def _receive(request: HttpRequest, article: Article) -> HttpResponse:
    """Keep a reader's comment for the moderators. 303 to the page that shows it to its writer."""
    form = CommentForm(request.POST, article=article)
    rules = DiscussionSettings.kept()
    if not opening_of(article, rules.close_after_days).is_open:
        return _page(request, form, rules, status=403)
    if not form.is_valid():
        heading = _("Your comment is not sent yet")
        return _page(request, form, rules, status=422, heading=heading)
    hidden = {"attempt": form.cleaned_data["attempt"], "stamp": form.cleaned_data["rendered"]}
    sender = sender_of(request, was_fast=form.was_fast, **hidden)
    comment = form.comment(by=sender)
    if "preview" in form.data:
        comment.derive()
        heading = _("This is how your comment will look")
        return _page(request, form, rules, heading=heading, preview=Entry.of(comment))
    try:
        comment = receive(comment, by=sender, rules=rules)
    except TooManyComments as problem:
        heading, minutes = _("Wait a few minutes"), ceil(problem.retry_after / 60)
        response = _page(request, form, rules, status=429, heading=heading, wait_minutes=minutes)
        response.headers["Retry-After"] = str(problem.retry_after)
        return response
    path = links.manage_path(comment, is_owner=comment.email == sender.owned_address)
    response = HttpResponseRedirect(path, status=303)
    remember_own(request, response, comment)
    return response


def _article_or_404(slug: str) -> Article:
    """The article of a present or former slug.

    A page that was opened before the article was renamed posts to the old address.
    """
    article = _ARTICLE.first(slug=slug) or _RENAMED.first(slug=slug)
    if article is None:
        raise Http404
    return article


def _page(
    request: HttpRequest,
    form: CommentForm,
    rules: DiscussionSettings,
    *,
    status: int = 200,
    heading: str = "",
    **more: Any,
) -> HttpResponse:
    """The page of the form alone, with what was typed."""
    opening = opening_of(form.article, rules.close_after_days)
    context = {
        "heading": heading if opening.is_open else _("Comments are closed"),
        "article": form.article,
        "form": form,
        "opening": opening,
        "rules_html": rules.rules_html,
        "answers": form.answers,
        **more,
    }
    return render(request, "comments/post.html", context, status=status)
