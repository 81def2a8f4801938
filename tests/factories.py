"""The cast and props of the tests: plain functions that make one valid row each, named after what they make."""

from datetime import datetime, timedelta
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Pillow

from articles.models import Article, Author, Contribution, Image, Revision, Series, Topic
from articles.pictures.picture_files import clean_picture
from comments.models import Comment
from newsletter.models import Issue, Subscriber
from newsletter.sending.rendering import render_body

_numbers = count(1)


def user(name: str, *, group: str = "", **fields) -> User:
    person = User.objects.create_user(
        name, f"{name}@example.org", "pass", is_staff=bool(group), **fields
    )
    if group:
        person.groups.add(Group.objects.get(name=group))
    return person


# Articles


def topic(**fields) -> Topic:
    fields.setdefault("name", f"Topic {next(_numbers)}")
    return Topic.objects.create(**fields)


def author(**fields) -> Author:
    fields.setdefault("name", f"Author {next(_numbers)}")
    return Author.objects.create(**fields)


def draft(*, by: Author | None = None, **fields) -> Article:
    fields.setdefault("title", f"Article {next(_numbers)}")
    fields.setdefault("body", "<p>A few words of text.</p>")
    article = Article.objects.create(**fields)
    if by:
        Contribution.objects.create(article=article, author=by)
    return article


def published_article(*, by: Author | None = None, days_ago: float = 1, **fields) -> Article:
    article = draft(by=by, **fields)
    return _with_time(article, "published", timezone.now() - timedelta(days=days_ago))


def scheduled_article(*, days_ahead: float = 1, **fields) -> Article:
    article = draft(**fields)
    return _with_time(article, "scheduled", timezone.now() + timedelta(days=days_ahead))


def _with_time(article: Article, action: str, time: datetime) -> Article:
    """What the verbs leave behind, for articles without an author, too: most tests need none."""
    article.status = "approved" if action == "scheduled" else action
    article.published_at = time
    article.save(update_fields=["status", "published_at"])
    Revision.record(article, action, by=None)
    return article


def working_copy(article: Article, **content) -> Article:
    """The public article with this content saved and not published, as it is in the database."""
    article = Article.objects.get(pk=article.pk)
    article.save_content(article.edited_content() | content, by=None)
    return Article.objects.get(pk=article.pk)


def series(*parts: Article, **fields) -> Series:
    fields.setdefault("title", f"Series {next(_numbers)}")
    row = Series.objects.create(**fields)
    for position, article in enumerate(parts, start=1):
        row.entries.create(article=article, position=position)
    return row


# Comments


def comment(article: Article, **fields) -> Comment:
    number = next(_numbers)
    fields.setdefault("name", f"Reader {number}")
    fields.setdefault("email", f"reader{number}@example.org")
    fields.setdefault("body", f"Comment {number}.")
    return Comment.objects.create(article=article, **fields)


def approved_comment(article: Article, **fields) -> Comment:
    row = comment(article, **fields)
    row.approve(by=None)
    return row


# Newsletter


def subscriber(status: str = "confirmed", **fields) -> Subscriber:
    now = timezone.now()
    fields.setdefault("email", f"subscriber{next(_numbers)}@example.org")
    fields.setdefault("requested_at", now - timedelta(days=2))
    fields.setdefault("consent_wording", "We send you our newsletter.")
    if status in {"confirmed", "unsubscribed", "bounced", "complained"}:
        fields.setdefault("confirmed_at", now - timedelta(days=1))
    if status == "unsubscribed":
        fields.setdefault("unsubscribed_at", now - timedelta(hours=12))
    return Subscriber.objects.create(status=status, **fields)


def issue(**fields) -> Issue:
    fields.setdefault("subject", f"Issue {next(_numbers)}")
    fields.setdefault("intro", "A few words to begin with.")
    return Issue.objects.create(**fields)


def started_issue(**fields) -> Issue:
    """An issue with a delivery for each subscriber who is confirmed by now."""
    row = issue(**fields)
    row.start(by=None, body=render_body(row))
    return row


# Pictures


def picture_file(
    *, size: tuple[int, int] = (60, 40), kind: str = "JPEG", mode: str = "RGB", **options
) -> SimpleUploadedFile:
    """An upload as a browser sends it; `options` go to Pillow's save()."""
    output = BytesIO()
    Pillow.new(mode, size).save(output, kind, **options)
    return SimpleUploadedFile(f"photo.{kind.lower()}", output.getvalue())


def image(
    *, size: tuple[int, int] = (60, 40), kind: str = "JPEG", mode: str = "RGB", **fields
) -> Image:
    fields.setdefault("title", f"Picture {next(_numbers)}")
    fields.setdefault("alt_text", "A grey area.")
    upload = picture_file(size=size, kind=kind, mode=mode)
    return Image.objects.create(file=clean_picture(upload, upload.size), **fields)
