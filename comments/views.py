"""A reader's two steps: send a comment, and see what became of it."""

from math import ceil
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from comments import links
from comments.forms import CommentForm, TooManyComments
from comments.models import Comment
from config.web.client_address import client_network
from config.web.same_origin import same_origin_required

# The longest comment, all of it emoji, is 60,000 bytes in a form; nothing honest is larger.
FORM_BYTES = 200_000


class UnreadableForm(Exception):
    """What was sent is too much, or is no form. `status` is the HTTP status to answer with."""

    def __init__(self, status: int) -> None:
        self.status = status


@same_origin_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a reader's comment for the moderators. 303 to the page that shows it to its writer."""
    article = _article_or_404(slug)
    if request.method != "POST":
        return redirect(f"{article.get_absolute_url()}#comments")
    try:
        data = _form_data(request)
    except UnreadableForm as problem:
        return _unreadable(request, article, problem.status)
    form = CommentForm(data, article=article)
    if not article.is_open_for_comments:
        return _page(request, form, status=403, closed=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        comment = form.save(network=client_network(request))
    except TooManyComments as problem:
        return _too_many(request, form, problem.retry_after)
    return HttpResponseRedirect(links.manage_path(comment), status=303)


@require_safe
def permalink(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """To the page of the thread that shows the comment."""
    article = _article_or_404(slug)
    comment = Comment.objects.in_thread().filter(article=article, pk=pk).first()
    if comment is None:
        raise Http404
    return redirect(f"{article.get_absolute_url()}#comment-{comment.pk}")


def _article_or_404(slug: str) -> Article:
    """A page opened before the article was renamed posts to the old address: nobody's text is lost over that."""
    public = Article.objects.published().defer("body", "body_html", "plain_text")
    found = public.filter(slug=slug).first() or public.filter(former_slugs__slug=slug).first()
    if found is None:
        raise Http404
    return found


def _form_data(request: HttpRequest) -> QueryDict:
    if int(request.headers.get("content-length") or 0) > FORM_BYTES:
        raise UnreadableForm(413)
    # Whatever charset the request claims (some codecs are no text encodings, some make lone surrogates).
    request.encoding = "utf-8"
    try:
        return request.POST
    except (SuspiciousOperation, MultiPartParserError, BadRequest) as error:
        raise UnreadableForm(400) from error


def _page(request: HttpRequest, form: CommentForm, *, status: int, **more: Any) -> HttpResponse:
    context = {"form": form, "article": form.article, **more}
    return render(request, "comments/post.html", context, status=status)


def _too_many(request: HttpRequest, form: CommentForm, retry_after: int) -> HttpResponse:
    response = _page(request, form, status=429, wait_minutes=ceil(retry_after / 60))
    response.headers["Retry-After"] = str(retry_after)
    return response


def _unreadable(request: HttpRequest, article: Article, status: int) -> HttpResponse:
    context = {"article": article, "too_large": status == 413}
    return render(request, "comments/unreadable.html", context, status=status)
