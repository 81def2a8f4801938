"""Makes the magazine's topics, people, pictures, articles and pages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    Contribution,
    Correction,
    FrontPage,
    Image,
    Notice,
    Page,
    Reference,
    Series,
    Topic,
)
from config.demo import content
from config.demo.avatars import draw_avatar
from config.demo.content import Piece
from config.demo.scenes import draw_scene

CREDIT = "Drawn by a program for this demonstration"


def affiliation() -> str:
    """The affiliation of the invented people, which no real author has."""
    return content.table("people")["affiliation"]


def make_magazine(now: datetime) -> None:
    """Make topics, people, articles and pages, with times counted from `now`."""
    editor = User.objects.get(username="editor")
    for position, row in enumerate(content.table("topics")["topics"]):
        parent = Topic.objects.filter(slug=row.get("parent", "")).first()
        Topic.objects.create(position=position, **row | {"parent": parent})
    for row in content.table("people")["people"]:
        fields = {**row, "bio": row["bio"].strip()}
        picture, login = draw_avatar(**fields.pop("avatar")), fields.pop("user", "")
        name = row["name"]
        words = {"title": f"Portrait of {name}", "alt_text": f"Drawn portrait of {name}"}
        Author.objects.create(
            affiliation=affiliation(),
            portrait=_make_image(editor, picture, **words),
            user=User.objects.get(username=login) if login else None,
            **fields,
        )
    for piece in content.pieces():
        _make_article(piece, now, editor)
    Notice.objects.all().delete()  # nobody handed anything over
    _arrange_front_page(now)
    for row in content.table("pages")["pages"]:
        page = {"title": row["title"], "body": content.as_html(row["text"])}
        Page.objects.update_or_create(slug=row["slug"], defaults=page)


def _arrange_front_page(now: datetime) -> None:
    """Make the series, and choose the lead article with the day on which it ends to lead."""
    rows = content.table("front")
    articles = {article.slug: article for article in Article.objects.only("slug")}
    for row in rows["series"]:
        series = Series.objects.create(title=row["title"], description=row["description"])
        for position, slug in enumerate(row["articles"], start=1):
            series.entries.create(article=articles[slug], position=position)
    front = FrontPage(lead=articles[rows["lead"]], introduction=rows["introduction"])
    front.lead_until = now + timedelta(days=rows["lead_days"])
    front.save()


def _make_image(editor: User, picture: bytes, **words: str) -> Image:
    file = ContentFile(picture, name="drawing.jpg")
    return Image.objects.create(file=file, credit=CREDIT, uploaded_by=editor, **words)


def _make_article(piece: Piece, now: datetime, editor: User) -> None:
    people = {person.slug: person for person in Author.objects.select_related("user")}
    writer = people[piece.authors[0]].user or editor
    drawing = draw_scene(piece.hero["scene"], piece.hero["seed"])
    words = {"title": f"{piece.title}: hero", "alt_text": piece.hero["alt"]}
    article = _make_draft(piece, now, writer, _make_image(editor, drawing, **words))
    _add_people(article, [people[slug] for slug in piece.authors], Contribution.Part.AUTHOR)
    if piece.reviewer:
        _add_people(article, [people[piece.reviewer]], Contribution.Part.REVIEWER)
    if piece.status != "draft":
        article.submit(by=writer)
    if piece.status == "scheduled":
        article.schedule(at=now + timedelta(days=piece.publish_in), by=editor)
    elif piece.status in {"published", "withdrawn"}:
        article.publish(by=editor)
    if piece.status == "withdrawn":
        said = {"reason": piece.withdrawn_reason, "notice": piece.withdrawn_reason}
        article.withdraw(by=editor, **said)
    if piece.picked:
        article.pick(by=editor)
    _set_clock_back(article, piece, now)


def _make_draft(piece: Piece, now: datetime, writer: User, hero: Image) -> Article:
    article = Article.objects.create(
        title=piece.title,
        slug=piece.slug,
        standfirst=piece.standfirst,
        topic=Topic.objects.get(slug=piece.topic),
        hero=hero,
        body=piece.html,
        key_takeaways=piece.key_takeaways,
        disclosure=piece.disclosure,
        comments_open=not piece.comments_closed,
        created_by=writer,
    )
    Reference.objects.bulk_create(
        Reference(article=article, number=number, **row)
        for number, row in enumerate(piece.references, start=1)
    )
    Correction.objects.bulk_create(
        Correction(article=article, corrected_at=_before(now, row["days_ago"]), text=row["text"])
        for row in piece.corrections
    )
    article.save()  # again, because marks become links only once their references exist
    return article


def _add_people(article: Article, people: Iterable[Author], part: str) -> None:
    Contribution.objects.bulk_create(
        Contribution(article=article, author=person, part=part, position=position)
        for position, person in enumerate(people)
    )


def _set_clock_back(article: Article, piece: Piece, now: datetime) -> None:
    """Date the article's steps. Its verbs said "now", and `auto_now` fields insist on it."""
    published = _before(now, piece.published) if piece.published else article.published_at
    updated = _before(now, piece.updated) if piece.updated else None
    settled = min(published or now, now)
    written = settled - timedelta(days=3)
    Article.objects.filter(pk=article.pk).update(
        published_at=published,
        updated_at=updated,
        created_at=written,
        modified_at=updated or settled,
        reviewed_at=_day(now, -piece.reviewed),
        review_by=_day(now, piece.review_due_in),
        picked_at=_before(now, piece.picked) if piece.picked else None,
        withdrawn_at=_before(now, piece.withdrawn) if piece.withdrawn else None,
    )
    moments = [written + timedelta(days=1), settled, _before(now, piece.withdrawn or piece.picked)]
    for revision, moment in zip(article.revisions.order_by("pk"), moments, strict=False):
        article.revisions.filter(pk=revision.pk).update(at=moment)


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)


def _day(now: datetime, days: float) -> Any:
    """The date so many days away, or None for none."""
    return timezone.localdate(now + timedelta(days=days)) if days else None
