"""The pages of those who wrote a comment, each behind a link that is the right to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from comments.models import AlreadyDecided, Comment, NotAllowed, Thread, Writer
from comments.writers import links
from comments.writers.forms import EditForm
from comments.writing.sender import remember_sender
from config.web.requests.signed_links import BadLink, ExpiredLink


def behind_a_link(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose address is a right of its own: kept by nobody, told to nobody, kind when the link is no good.

    Programs that check mails open every link, so a GET only shows a button. The POST needs no proof of origin: who has
    the link may do what it is for.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except ExpiredLink:
            response = render(request, "comments/link_expired.html", status=410)
        except BadLink:
            response = render(request, "comments/link_unknown.html", status=404)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


# One comment


@require_safe
@behind_a_link
def awaiting(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a comment, and what its writer can still do about it."""
    comment, is_owner = links.comment_to_manage(token)
    # The sender of a repeated comment sees what becomes of the one that it repeats.
    decided = comment.original or comment
    context = {
        "comment": comment,
        "decided": decided,
        "waits": decided.seems_to_wait and not (is_owner and decided.is_refused),
        "article": comment.article,
        "token": token,
    }
    return render(request, "comments/awaiting.html", context)


@behind_a_link
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """Change the words within a quarter of an hour; a moderator reads them again."""
    comment, _is_owner = links.comment_to_manage(token)
    form = EditForm(request.POST if request.method == "POST" else None, comment=comment)
    if not comment.is_editable():
        return _edit_page(request, form, token, status=403 if form.is_bound else 200)
    if not form.is_bound:
        return _edit_page(request, form, token)
    if not form.is_valid():
        return _edit_page(request, form, token, status=422)
    try:
        form.save()
    except (AlreadyDecided, NotAllowed):
        return _changed_meanwhile(request, form, token)
    return _to_the_comment(token)


def _changed_meanwhile(request: HttpRequest, form: EditForm, token: str) -> HttpResponse:
    form.comment.refresh_from_db()
    form.renew_version(form.comment)
    return _edit_page(request, form, token, status=409, changed_meanwhile=True)


def _edit_page(
    request: HttpRequest, form: EditForm, token: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "comment": form.comment, "token": token, **more}
    return render(request, "comments/edit.html", context, status=status)


@behind_a_link
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a comment back, at any time. Pressed again it is withdrawn already, and that is all."""
    comment, _is_owner = links.comment_to_manage(token)
    if request.method == "POST":
        _take_back(comment)
    if comment.status == Comment.Status.WITHDRAWN:
        return _to_the_comment(token)
    return render(request, "comments/withdraw.html", {"comment": comment, "token": token})


@transaction.atomic
def _take_back(comment: Comment) -> None:
    """Whatever a moderator decides in the same moment, or the writer in another window."""
    Thread.objects.lock(comment.article_id)
    comment.refresh_from_db()
    if comment.status != Comment.Status.WITHDRAWN:
        comment.withdraw()


def _to_the_comment(token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("comments:awaiting", args=[token]), status=303)


# The mails about comments


@behind_a_link
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The owner of an address says that the mails are wanted."""
    writer = links.writer_to_verify(token)
    if request.method == "POST":
        writer.verify()
    context = {
        "writer": writer,
        "verified": writer.verified_at is not None and writer.muted_at is None,
        "mute_all_url": links.mute_all_url(writer),
    }
    response = render(request, "comments/verify.html", context)
    if request.method == "POST":
        remember_sender(response, writer)
    return response


@behind_a_link
def mute(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails about one article's comments, or about all; with ?again, take that back.

    Mail programs POST here with no cookie and any body, and want 200 each time (RFC 8058). The body is not read.
    """
    writer, article = links.read_mute_token(token)
    if writer is None:  # erased: no mail can come
        return render(request, "comments/muted.html", {"writer": None})
    if request.method == "POST":
        _mute(writer, article, again="again" in request.GET)
    is_muted = not writer.wants_mail_about(article.pk) if article else writer.muted_at is not None
    context = {
        "writer": writer,
        "article": article,
        "token": token,
        "all_url": links.mute_all_url(writer),
    }
    return render(request, "comments/muted.html" if is_muted else "comments/mute.html", context)


def _mute(writer: Writer, article: Article | None, *, again: bool) -> None:
    if article and again:
        writer.unmute_thread(article.pk)
    elif article:
        writer.mute_thread(article.pk)
    elif again:
        writer.unmute()
    else:
        writer.mute()
