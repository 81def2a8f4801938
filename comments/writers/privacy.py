"""All that comments keep of an e-mail address: the export (GDPR Art. 15, 20), the erasure (17)."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from comments.models import (
    Comment,
    Decision,
    Edit,
    MutedAddress,
    Note,
    Notice,
    Report,
    Restriction,
    Thread,
    Writer,
)
from comments.querysets import address_hash
from comments.writers import links
from config.web.kept_data import Keeper, json_file, rename_in_admin_log
from config.web.site import absolute_url
from config.web.text.addresses import known_as

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The statuses in words for the writer. Only moderators see that a comment is marked as spam.
_STATE = {
    Comment.Status.PENDING: gettext_lazy("awaits moderation"),
    Comment.Status.HELD: gettext_lazy("awaits moderation"),
    Comment.Status.APPROVED: gettext_lazy("published"),
    Comment.Status.REJECTED: gettext_lazy("not published"),
    Comment.Status.SPAM: gettext_lazy("not published"),
    Comment.Status.REMOVED: gettext_lazy("removed"),
    Comment.Status.WITHDRAWN: gettext_lazy("deleted"),
    Comment.Status.REPEATED: gettext_lazy("sent more than once"),
}


def export(email: str) -> dict[str, Any]:
    """All that is kept of an address, as names and values for JSON. Times are in UTC.

    Reports are kept without an address, so they are not in it. The notes that moderators write to
    each other are not in it either.
    """
    email = known_as(email)
    own = Comment.objects.filter(email=email).select_related("article").prefetch_related("edits")
    settings = {}
    if writer := Writer.objects.of(email).first():
        settings = {
            "first_seen_at": writer.first_seen_at,
            "address_confirmed_at": writer.verified_at,
            "wants_no_mail_since": writer.muted_at,
        }
    return {
        "address": email,
        "made_at": timezone.now(),
        "settings": settings,
        "comments": [_comment(comment) for comment in own.oldest_first()],
        "restrictions": [
            {"effect": row.get_effect_display(), "since": row.at, "until": row.ends_at}
            for row in Restriction.objects.of_writer(email)
        ],
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "article": comment.article.title,
        "url": absolute_url(comment.get_absolute_url()),
        "name": comment.name,
        "text": comment.body,
        "earlier_texts": [edit.was for edit in comment.edits.all()],
        "state": str(_STATE[Comment.Status(comment.status)]),
        "reason": comment.reason,
        "written_at": comment.created_at,
        "edited_at": comment.edited_at,
        "decided_at": comment.decided_at,
        "wants_mail": comment.wants_mail,
        "network": comment.network,
        "own_page": links.manage_url(comment, is_owner=True),
    }


def export_file(email: str) -> HttpResponse:
    """The export as a file of JSON."""
    return json_file(export(email), "comments.json")


def erase(email: str, *, by: "User | None" = None) -> None:
    """Erase an address and all that came from it. `by` is a member of staff who does it for its
    owner, or None.

    A comment that was answered or decided stays as an empty place. Restrictions of the address, and
    its wish for no mail, are kept under a keyed hash. Safe to run again after an error.
    """
    email = known_as(email)
    articles = Comment.objects.filter(email=email).order_by("article_id").values_list("article_id")
    for (article_id,) in articles.distinct():
        _erase_comments(email, article_id, by=by)
    _erase_address(email)


@transaction.atomic
def _erase_comments(email: str, article_id: int, *, by: "User | None") -> None:
    """Erase the comments under one article.

    Each article has a transaction of its own, so that none holds the locks of two threads and
    moderators elsewhere need not wait.
    """
    Thread.objects.lock(article_id)
    own = Comment.objects.filter(email=email, article_id=article_id)
    pks = list(own.values_list("pk", flat=True))
    own.awaiting_moderation().filter(decisions=None, replies=None).delete()
    for comment in own.exclude(status=Comment.Status.WITHDRAWN):
        comment.withdraw(by=by)
    Comment.objects.filter(pk__in=pks).update(
        name="", email="", network="", account=None, badge="", held_for=[], edited_at=None
    )
    # What others wrote about the comments may have names in it. The decisions themselves are kept.
    Decision.objects.filter(comment__in=pks).update(reason="")
    Report.objects.filter(comment__in=pks).update(text="")
    Note.objects.filter(comment__in=pks).delete()
    Edit.objects.filter(comment__in=pks).delete()
    Notice.objects.filter(Q(comment__in=pks) | Q(reply__in=pks)).delete()
    rename_in_admin_log(Comment, pks)


@transaction.atomic
def _erase_address(email: str) -> None:
    writer = Writer.objects.of(email).first()
    if writer and writer.muted_at:
        MutedAddress.objects.get_or_create(hash=address_hash(email))
    if writer:
        rename_in_admin_log(Writer, [writer.pk])
        writer.delete()
    # Erasing ends no ban: the strictest restriction is kept under the hash of the address.
    imposed = Restriction.objects.of_writer(email)
    rename_in_admin_log(Restriction, list(imposed.values_list("pk", flat=True)))
    imposed.ended().delete()
    kept = imposed.order_by("-effect", "pk").first()  # "reject" before "hold"
    if kept is not None:
        imposed.exclude(pk=kept.pk).delete()
        Restriction.objects.filter(pk=kept.pk).update(value=address_hash(email), note="")


def keeps(email: str) -> bool:
    """Whether anything is kept of an address."""
    return Writer.objects.of(email).exists()


def links_of(email: str) -> dict[str, str]:
    """The pages that its owner may want beside the export."""
    return {"mute": links.mute_all_url(Writer.objects.of(email).get())}


KEEPER = Keeper(
    name="comments",
    title=gettext_lazy("Comments"),
    template="comments/_kept_data.html",
    keeps=keeps,
    export=export,
    links=links_of,
    erase=erase,
)
