"""Stores the records of any source: one transaction an item, and nothing twice."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from articles import models
from articles.models.content import hold_rows
from articles.models.former_slug import unique_slug
from articles.models.page import RESERVED_SLUGS, SLUG_LENGTH
from articles.models.refusals import NotReady
from articles.publishing_errors import errors_of
from articles.rich_text import clean_html, count_words, derive
from articles.slugs import slug_of
from config.moving.comments import store_comments
from config.moving.keys import Keys
from config.moving.models import ImportedItem
from config.moving.people import People
from config.moving.pictures import Pictures
from config.moving.records import Article, Discussion
from config.moving.redirects import article_at, store_redirects
from config.moving.report import Report
from config.moving.wording import text_of_html, words_of_text
from newsletter.models import ArticleMail

Kind = ImportedItem.Kind
_PICTURE = re.compile(r'<img src="import:([^"]+)" alt="([^"]*)">')
_FIGURE = re.compile(r"<figure>((?:(?!</?figure>).)*)</figure>", re.DOTALL)
_KEPT_IN_FIGURES = re.compile(r"<(?:img|table|blockquote|pre)\b")
_TITLE_WORDS = 8
_WRITTEN_LAST = (
    "standfirst",
    "body",
    "body_html",
    "contents",
    "plain_text",
    "word_count",
    "reading_minutes",
    "status",
    "published_at",
)
# Mails about new articles look no further back.
_NEW_FOR = timedelta(days=8)


@dataclass
class Writer:
    """`publish` makes public what was public before; all else stays a draft.

    A dry run stores nothing: each item is stored and rolled back, so that the report is the same.
    """

    keys: Keys
    report: Report
    people: People
    pictures: Pictures
    publish: bool = False
    dry_run: bool = False

    def store(self, record: Article) -> None:
        """Store an article or page with all that belongs to it, or what is new of it."""
        kind = Kind.PAGE if record.is_page else Kind.ARTICLE
        known = self.keys.row(kind, record.foreign_id) or self._same_title(record, kind)
        # Outside of the transaction: asking another site takes seconds.
        body = record.body if known else self.with_pictures(record)
        hero = self.pictures.store(record.hero) if record.hero and not known else None
        before = self.report.stored.copy()
        try:
            self._store(record, kind, known, body, hero)
        except (DataError, IntegrityError) as error:
            self.report.stored = before
            self.people.forget()
            self.report.say(
                "fault", f"not stored: {error} {record.title} {text_of_html(record.body)}"
            )

    def _same_title(self, record: Article, kind: ImportedItem.Kind) -> int | None:
        """The article here that has the title of the file, which is then not stored."""
        if not record.known_by_title:
            return None
        slug = slug_of(record.title)
        same = Q(title=record.title)
        if slug:
            same |= Q(slug=slug) | Q(former_slugs__slug=slug)
        found = models.Article.objects.filter(same).order_by("pk").first()
        if found is None:
            return None
        self.report.say("article", f"{found.get_absolute_url()} has its title, and is left alone")
        if not self.dry_run:
            self.keys.note(kind, record.foreign_id, found.pk)
        return found.pk

    @transaction.atomic
    def _store(
        self,
        record: Article,
        kind: ImportedItem.Kind,
        known: int | None,
        body: str,
        hero: models.Image | None,
    ) -> None:
        if known is not None:
            self.report.stored_one(f"{kind.label.lower()}s that were here before")
            if not record.is_page:
                self._store_comments(models.Article.objects.filter(pk=known).first(), record)
        elif record.is_page:
            self.store_page(record, body)
        else:
            self.store_article(record, body, hero)
        if self.dry_run:
            transaction.set_rollback(True)
            self.people.forget()

    def store_discussion(self, discussion: Discussion) -> None:
        """Store comments below the article here that took the place of their page."""
        self.report.begin(discussion.title or discussion.address, discussion.place)
        article = article_at(discussion.address)
        if article is None:
            for comment in discussion.comments:
                said = f"{discussion.address} {comment.name}: {comment.body}"
                self.report.say("comment without an article", said)
            return
        with transaction.atomic():
            store_comments(discussion.comments, article, keys=self.keys, report=self.report)
            if self.dry_run:
                transaction.set_rollback(True)

    def store_article(self, record: Article, body: str, hero: models.Image | None) -> None:
        article = models.Article(
            title=self._title(record, body),
            hero=hero,
            topic=self.people.topic(record.topic) if record.topic else None,
            comments_open=record.comments_open,
            updated_at=record.updated_at,
        )
        article.slug = self._slug(models.Article, record.slug or article.title, "article")
        article.save()
        self.keys.note(Kind.ARTICLE, record.foreign_id, article.pk)
        self._add_rows(article, record)
        article.standfirst = self._cut("standfirst", record.standfirst, 600)
        article.body = body
        article.make_text_ready([source.number for source in record.references])
        self.publish_if_public(article, record)
        # The text comes in one statement with the status, after the people and references: so the
        # entries of the search are made once.
        values = {name: getattr(article, name) for name in _WRITTEN_LAST}
        models.Article.objects.filter(pk=article.pk).update(**values)
        reason = f"Imported from {self.keys.site}"
        action = "published" if article.published_at else "imported"
        models.Revision.record(article, action, by=None, reason=reason)
        status = "published" if article.published_at else "as drafts"
        self.report.stored_one(f"articles {status}")
        self._compare(record, article.plain_text, article.title)
        store_redirects(record.redirects, self.report, article=article)
        self._store_comments(article, record)

    def _add_rows(self, article: models.Article, record: Article) -> None:
        """Its people and references. They are all that it has: nothing else is asked for later."""
        people = [
            models.Contribution(article=article, author=person, position=position)
            for position, person in enumerate(self.people.authors(record.authors))
        ]
        references = [
            models.Reference(
                article=article, number=source.number, text=source.text, url=source.url
            )
            for source in record.references
        ]
        models.Contribution.objects.bulk_create(people)
        models.Reference.objects.bulk_create(references)
        hold_rows(article, "contributions", people)
        hold_rows(article, "references", references)
        hold_rows(article, "corrections", [])

    def publish_if_public(self, article: models.Article, record: Article) -> None:
        """Give it the date of its publication, if readers could see it before. Does not save it.

        The verb `publish` would say "now".
        """
        if not (self.publish and record.may_be_public):
            return
        if errors := errors_of(article):
            self.report.say("draft", f"stays a draft. {NotReady(errors)}")
            return
        if record.published_at is None or record.published_at > timezone.now():
            self.report.say("draft", "stays a draft: no date of publication in the past")
            return
        article.status, article.published_at = "published", record.published_at
        if article.published_at > timezone.now() - _NEW_FOR:
            ArticleMail.objects.create(article=article)  # subscribers know it

    def store_page(self, record: Article, body: str) -> None:
        if not self.publish:
            self.report.say("page", "waits: pages are public at once, import with --publish")
            return
        page = models.Page(title=self._title(record, body), body=body, in_footer=False)
        page.slug = self._slug(models.Page, record.slug or page.title, "page")
        page.save()
        self.keys.note(Kind.PAGE, record.foreign_id, page.pk)
        self.report.stored_one("pages")
        self._compare(record, derive(page.body).plain_text, page.title)
        for comment in record.comments:
            self.report.say("comment on a page", f"{comment.name}: {comment.body}")
        store_redirects(record.redirects, self.report, to=page.get_absolute_url())

    def _store_comments(self, article: models.Article | None, record: Article) -> None:
        if article is None:
            self.report.say("article", "was imported before, and deleted here")
        elif record.comments:
            store_comments(record.comments, article, keys=self.keys, report=self.report)

    def _title(self, record: Article, body: str) -> str:
        if record.title:
            return self._cut("title", record.title, 200)
        words = derive(clean_html(body)).plain_text.split()
        made = " ".join(words[:_TITLE_WORDS])[:200] or "Untitled"
        self.report.say("title", f"it had none, and is called {made}")
        return made

    def _slug(self, model: type[models.Article | models.Page], wanted: str, kind: str) -> str:
        if model is models.Page:
            most, reserved = SLUG_LENGTH - 5, RESERVED_SLUGS
            slug = unique_slug(model, wanted, kind, most=most, reserved=reserved)
        else:
            slug = unique_slug(model, wanted, kind)
        if slug_of(wanted) != slug:
            self.report.say("address", f"{wanted} is {slug} here")
        return slug

    def _cut(self, kind: str, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        self.report.say(kind, f"cut at {most} characters: {text}")
        return f"{text[: most - 1].rpartition(' ')[0] or text[: most - 1]}…"

    def with_pictures(self, record: Article) -> str:
        """The body with the pictures of the library. Captions of missing ones stay as text."""

        def stored(match: re.Match[str]) -> str:
            picture = record.pictures[match[1]]
            image = self.pictures.store(picture)
            if image:
                return f'<img src="{image.file.url}" alt="{match[2]}">'
            if match[2] and picture.foreign_id in self.pictures.missing:
                self.report.say("alternative text", f"of a missing picture: {unescape(match[2])}")
            return ""

        def unframed(match: re.Match[str]) -> str:
            if _KEPT_IN_FIGURES.search(match[1]):
                return match[0]
            return f"<p>{re.sub(r'</?figcaption>', '<p>', match[1])}<p>"

        return _FIGURE.sub(unframed, _PICTURE.sub(stored, record.body))

    def _compare(self, record: Article, text: str, title: str) -> None:
        result = words_of_text(f"{text} {title} {record.standfirst}")
        for source in record.references:
            result += words_of_text(source.text)
        self.report.say_missing(record.words, result)
        self.report.stored["words of articles and pages"] += count_words(text)
