"""The pages on which the owner of an address asks for the mails about comments, or ends them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comments.models import Comment
from comments.writers import links
from comments.writing.sender import remember_sender
from config.web.requests.signed_links import behind_a_link


@behind_a_link("comments")
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST confirms the address: its owner wants the mails."""
    writer = links.writer_to_verify(token)
    if request.method == "POST":
        writer.verify()
    asking = Comment.objects.owned().filter(email=writer.email, wants_mail=True)
    comment = asking.select_related("article").newest_first().first()
    context = {
        "writer": writer,
        "comment": comment,
        "comment_path": links.manage_path(comment, is_owner=True) if comment else "",
        "verified": writer.verified_at is not None and writer.muted_at is None,
        "mute_all_url": links.mute_all_url(writer),
    }
    response = render(request, "comments/verify.html", context)
    if request.method == "POST":
        remember_sender(response, writer)
    return response


@behind_a_link("comments")
def mute(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails about one article's comments, or about all. `?again` takes that back.

    Mail programs POST here with no cookie and any body, and want 200 each time (RFC 8058). The body
    is not read.
    """
    writer, article = links.read_mute_token(token)
    if writer is None:  # erased: no mail can come
        return render(request, "comments/muted.html", {"writer": None})
    if request.method == "POST":
        again = "again" in request.GET
        if article:
            (writer.unmute_thread if again else writer.mute_thread)(article.pk)
        else:
            (writer.unmute if again else writer.mute)()
    is_muted = not writer.wants_mail_about(article.pk) if article else writer.muted_at is not None
    context = {
        "writer": writer,
        "article": article,
        "token": token,
        "all_url": links.mute_all_url(writer),
    }
    return render(request, "comments/muted.html" if is_muted else "comments/mute.html", context)
