"""What pages show of comments."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Article
from articles.reading.page_tags import of_cards
from comments.models import Comment, MostDiscussed
from comments.reading.own import own_comments
from comments.reading.thread import Discussion, Entry, read_discussion
from comments.reading.thread_html import comment_html, thread_html
from comments.writers.links import manage_path
from comments.writing.forms import CommentForm
from comments.writing.sender import confirmed_address
from config.web.cache.kept_values import add_tags, blank_form, kept
from config.web.database.compiled import Compiled, is_among
from config.web.site import address_of

register = template.Library()

DISCUSSED = 6  # on the front page
_DISCUSSED = Compiled(
    lambda: (
        Article.objects.published()
        .for_cards()
        .with_writer_names()
        .filter(is_among("pk", "numbers"))
    )
)


@register.inclusion_tag("comments/_section.html", takes_context=True)
def comments_section(context: Context, article: Article) -> dict[str, Any]:
    """The first page of the thread and the form, in one query however long the thread is."""
    return _section(context, article, discussion_of(article))


@register.inclusion_tag("comments/_section.html", takes_context=True)
def thread_section(context: Context, article: Article, discussion: Discussion) -> dict[str, Any]:
    """The same of any page of the thread, on a page of its own."""
    return _section(context, article, discussion) | {"is_whole_page": True}


@register.inclusion_tag("comments/_most_discussed.html")
def most_discussed() -> dict[str, list[Article]]:
    """A section with the articles that got most comments in recent weeks."""
    numbers = kept("most discussed", _discussed_numbers, "discussed")
    found = {row.pk: row for row in _DISCUSSED.rows(numbers=numbers)} if numbers else {}
    articles = [found[pk] for pk in numbers if pk in found][:DISCUSSED]
    # Those that are not public now may be again.
    add_tags("articles", *of_cards(articles))
    return {"articles": articles}


@register.simple_tag
def comment_count(article: Article) -> int:
    """How many comments readers see. Annotate `comment_count` in a list to save queries."""
    if "comment_count" in vars(article):
        return vars(article)["comment_count"]
    return discussion_of(article).count


@register.simple_tag
def discussion_of(article: Article) -> Discussion:
    """What the first page of the thread shows: read once for a page, and kept on the instance."""
    if "discussion" not in vars(article):
        vars(article)["discussion"] = read_discussion(article)
    return vars(article)["discussion"]


@register.simple_tag
def pending_comments_count() -> int:
    """How many comments wait for a moderator."""
    return Comment.objects.awaiting_moderation().count()


@register.simple_tag
def one_comment(comment: Comment | Entry) -> SafeString:
    """A comment alone, as it looks or will look under the article."""
    return comment_html(comment if isinstance(comment, Entry) else Entry.of(comment))


@register.simple_tag
def comments_feed(article: Article) -> SafeString:
    """For the head of the article's page."""
    return format_html(
        '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">',
        _("Comments on “%(title)s”") % {"title": article.title},
        address_of("comments:feed", article.slug),
    )


def _section(context: Context, article: Article, discussion: Discussion) -> dict[str, Any]:
    request = context.get("request")
    waiting = own_comments(request, article)
    address = confirmed_address(request) if waiting and request else ""
    own = []
    for comment in waiting:
        is_owner = comment.email == address
        # Whether this browser is told that the comment waits.
        seems_to_wait = comment.seems_to_wait and not (is_owner and comment.is_refused)
        own.append((comment, manage_path(comment, is_owner=is_owner), seems_to_wait))
    return {
        "article": article,
        "discussion": discussion,
        "thread": thread_html(discussion, article),
        "own": own,
        "blank_form": blank_form(_form_of, slug=article.slug) if discussion.opening.is_open else "",
        "opening": discussion.opening,
        "rules_html": discussion.rules_html,
    }


def _discussed_numbers() -> list[int]:
    row = MostDiscussed.objects.first()
    return row.numbers if row else []


def _form_of(slug: str) -> CommentForm:
    return CommentForm(article=Article(slug=slug))
