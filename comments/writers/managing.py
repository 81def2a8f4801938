"""The pages of a comment for its writer: what became of it, the edit, and taking it back.

The links to them are in links.py.
"""

from copy import copy
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.models import AlreadyDecided, Comment, NotAllowed, Thread
from comments.reading.own import SENT_COOKIE, remembered_comments
from comments.writers import links
from comments.writing.forms import CommentTextField
from comments.writing.receiving import reasons_to_hold
from comments.writing.sender import confirmed_address
from config.web.requests.same_origin import tokenless_helper
from config.web.requests.signed_links import behind_a_link


class EditForm(forms.Form):
    """`version` is the one that the writer saw, so that no newer words are written over."""

    body = CommentTextField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy("HTML is removed. Web addresses become links."),
        error_messages={"required": gettext_lazy("Enter your comment.")},
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        super().__init__(data, initial={"body": comment.body, "version": comment.version})
        self.comment = comment
        self.helper = tokenless_helper("body", "version", Submit("", _("Save")))

    def save(self) -> None:
        """Change the words. Raises AlreadyDecided, NotAllowed."""
        body = self.cleaned_data["body"]
        if body == self.comment.body:
            return
        changed = copy(self.comment)
        changed.body = body
        self.comment.version = self.cleaned_data["version"]
        self.comment.edit(body, by=None, held_for=reasons_to_hold(changed))

    def renew_version(self, comment: Comment) -> None:
        """Let the typed text be sent again, after the page has shown the other change."""
        self.data = {"body": self.data.get("body", ""), "version": comment.version}


@require_safe
@behind_a_link("comments")
def awaiting(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a comment, and what its writer can still do."""
    comment, is_owner = links.comment_to_manage(token)
    # The sender of a repeated comment sees what becomes of the one that it repeats.
    decided = comment.original or comment
    context = {
        "comment": comment,
        "decided": decided,
        "waits": decided.seems_to_wait and not (is_owner and decided.is_refused),
        # The same for every typed address, so that nobody learns which ones are confirmed.
        "asks_to_confirm": comment.wants_mail and not is_owner,
        "article": comment.article,
        "token": token,
    }
    return render(request, "comments/awaiting.html", context)


@behind_a_link("comments")
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """Change the words within a quarter of an hour. A moderator reads them again."""
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
        comment.refresh_from_db()
        form.renew_version(comment)
        return _edit_page(request, form, token, status=409, changed_meanwhile=True)
    return _to_the_comment(token)


@require_safe
@never_cache
def own(request: HttpRequest, slug: str) -> JsonResponse:
    """Which comments of an article this browser sent, and where it changes and deletes them.

    For comments.js, so that the pages themselves are the same for everybody. It tells no state:
    who only typed an address does not learn from it what became of a comment.
    """
    address = confirmed_address(request)
    sent = remembered_comments(request, SENT_COOKIE)
    own = []
    for comment in Comment.objects.owned().filter(pk__in=sent, article__slug=slug):
        token = links.manage_token(comment, is_owner=comment.email == address)
        edit = reverse("comments:edit", args=[token]) if comment.is_editable() else ""
        own.append(
            {"id": comment.pk, "edit": edit, "delete": reverse("comments:withdraw", args=[token])}
        )
    return JsonResponse({"own": own})


def _edit_page(
    request: HttpRequest, form: EditForm, token: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "comment": form.comment, "token": token, **more}
    return render(request, "comments/edit.html", context, status=status)


@behind_a_link("comments")
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a comment back, at any time. Pressing the button again changes nothing."""
    comment, _is_owner = links.comment_to_manage(token)
    if request.method == "POST":
        # A moderator may decide in the same moment, or the writer act in another window.
        with transaction.atomic():
            Thread.objects.lock(comment.article_id)
            comment.refresh_from_db()
            if comment.status != Comment.Status.WITHDRAWN:
                comment.withdraw()
    if comment.status == Comment.Status.WITHDRAWN:
        return _to_the_comment(token)
    return render(request, "comments/withdraw.html", {"comment": comment, "token": token})


def _to_the_comment(token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("comments:awaiting", args=[token]), status=303)
