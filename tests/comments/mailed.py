"""Writers who asked for mails, and the links of their mails."""

from urllib.parse import urlsplit

from django.utils import timezone

from comments.models import Comment, Writer
from comments.writers import links
from tests import factories


def path(url):
    return urlsplit(url).path


def manage(comment, page=""):
    return links.manage_path(comment) + page


def verified(email="ann@example.org"):
    """The writer of an address that commented before, and that its owner confirmed."""
    writer = Writer.objects.get_or_create(email=email)[0]
    writer.verified_at = timezone.now()
    writer.save()
    return writer


def asking(article, *, email="ann@example.org", **fields) -> Comment:
    """A comment whose writer, with a confirmed address, wants mails about it."""
    comment = factories.comment(article, email=email, name="Ann", wants_mail=True, **fields)
    verified(email)
    return comment


def answer(comment, **fields):
    return factories.approved_comment(comment.article, parent=comment, **fields)
