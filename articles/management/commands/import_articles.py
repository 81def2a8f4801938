import os
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from django.db.models import Q

from articles.importing import ImportProblem, ParsedArticle, parse_file
from articles.models import Article, Author, Contribution, Revision, Topic
from articles.models.refusals import NotReady
from articles.publishing_checks import findings_of
from articles.slugs import slug_of


class Command(BaseCommand):
    help = "Turn plain text, Markdown and HTML files into articles. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--author", metavar="SLUG", help="who wrote them")
        parser.add_argument("--topic", metavar="SLUG", help="the topic they belong to")
        parser.add_argument("--publish", action="store_true", help="publish them at once")
        parser.add_argument("--dry-run", action="store_true", help="only report, save nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        author = _chosen(Author, options["author"], "author")
        topic = _chosen(Topic, options["topic"], "topic")
        failed = 0
        for path in options["files"]:
            self._say(os.fsencode(path).decode("utf-8", "backslashreplace"))
            try:
                article = parse_file(path)
            except ImportProblem as problem:
                failed += 1
                self._say(f"  not imported: {problem}")
                continue
            self._report(article)
            if options["dry_run"]:
                earlier = _earlier(article)
                would = _left_alone(earlier, article) if earlier else "would be created"
                self._say(f"  {would}; nothing was saved")
            else:
                done = _store(article, author=author, topic=topic, publish=options["publish"])
                self._say(f"  {done}")
        if failed:
            raise CommandError(f"{failed} of {len(options['files'])} files could not be imported.")

    def _report(self, article: ParsedArticle) -> None:
        self._say(f"  {article.title}")
        self._say(
            f"  {article.words} words, {article.headings} headings, {article.lists} lists, "
            f"{article.quotes} quotes"
        )
        for note in article.skipped:
            self._say(f"  skipped or changed: {note}")

    def _say(self, line: str) -> None:
        """Write a line; signs that the terminal cannot show become escapes."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))


def _chosen[Row: models.Model](model: type[Row], slug: str | None, name: str) -> Row | None:
    if slug is None:
        return None
    rows = model._default_manager.all()
    row = rows.filter(slug=slug).first()
    if row is None:
        known = ", ".join(rows.order_by("slug").values_list("slug", flat=True)[:50])
        raise CommandError(
            f"There is no {name} {slug!a}. "
            + (f"Known: {known}." if known else f"Add the {name} in the admin first.")
        )
    return row


def _earlier(parsed: ParsedArticle) -> Article | None:
    """The article of the same title, or of the address that this title makes or once had."""
    slug = slug_of(parsed.title)
    same = Q(title=parsed.title)
    if slug:
        same |= Q(slug=slug) | Q(former_slugs__slug=slug)
    return Article.objects.filter(same).order_by("pk").first()


def _left_alone(earlier: Article, parsed: ParsedArticle) -> str:
    where = f"{earlier.get_absolute_url()} ({earlier.get_status_display()})"
    if earlier.body == parsed.body:
        return f"unchanged: {where}"
    return (
        f"left alone: {where} has another text; edit that article in the admin, "
        "or give the file another title"
    )


@transaction.atomic
def _store(
    parsed: ParsedArticle, *, author: Author | None, topic: Topic | None, publish: bool
) -> str:
    """Create the article unless it exists: an editor may have changed that one since."""
    earlier = _earlier(parsed)
    if earlier:
        return _left_alone(earlier, parsed)
    article = Article(
        title=parsed.title, standfirst=parsed.standfirst, body=parsed.body, topic=topic
    )
    article.save()
    if author:
        Contribution.objects.create(article=article, author=author)
    Revision.record(article, Revision.Action.SAVED, by=None, reason="Imported from a file")
    said = []
    if publish:
        said = [finding.text for finding in findings_of(article)]
        with suppress(NotReady):  # it stays a draft, and the report says why
            article.publish(by=None)
    created = f"created: {article.get_absolute_url()} ({article.get_status_display()})"
    return "\n  ".join([created, *(f"missing: {text}" for text in said)])
