"""The HTML of a thread, put together from stored pieces.

A template takes eight times as long for fifty comments as these strings, and a crowd may ask for an
article's page at once. This module escapes names and reasons; the words of a comment were escaped
when they were stored.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache, partial
from html import escape, unescape  # Django's escape also asks whether a text is a lazy one
from itertools import takewhile

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from articles.models import Article
from comments.models import Comment
from comments.reading.thread import NAMELESS, Discussion, Entry, levels
from config.web.site import address_of

PORTRAIT_COLOURS = 6  # .portrait--0 and on
# Of a comment with more signs or lines its beginning is shown, and the rest opens on demand.
LONG, MANY_LINES = 1_200, 15
BEGINNING = 400  # signs
# So many replies to replies to replies, or more, open on demand.
FOLDED_LEVEL, FOLDED_REPLIES = 4, 3

_COMMENT = """<article class="comment" id="comment-{pk}" aria-labelledby="by-{pk}">
<header class="comment__head"><span class="portrait portrait--drawn portrait--small \
portrait--{colour}" aria-hidden="true">\
{initials}</span><bdi class="comment__author" id="by-{pk}">{name}</bdi>{badge}{when}{edited}\
</header>{in_reply_to}
<div class="comment__body">
{body}
</div>{foot}
</article>"""
_ALONE = _COMMENT.replace("{when}", "{time}").replace("{foot}", "")
_FOLDED_BODY = """<p class="comment__beginning" dir="auto">{beginning} …</p>
<details><summary>{words}</summary>
{body}
</details>"""
_LIST, _LIST_END = '<ol class="comments__list"><li>', "</li></ol>"
_FOLDED_LIST = '<details class="comments__folded"><summary>{words}</summary>' + _LIST
_TAG = re.compile(r"<[^>]*>")
_GONE = """<article class="comment comment--gone" id="comment-{pk}" aria-labelledby="by-{pk}">\
<p id="by-{pk}">{sentence}</p>{reason}</article>"""
# What comments of one page share is filled in first. What each has of its own stays a place: its
# number, the name of its writer.
_PERMALINK = (
    '<a class="comment__permalink" href="{base}{{pk}}/" rel="nofollow" title="{title}">{{time}}</a>'
)
_FOOT = '\n<footer class="comment__foot">{{answered}}{acts}</footer>'
_ACT = '<a href="{base}{{pk}}/{act}/" rel="nofollow" aria-label="{label}">{word}</a>'
_ANSWERED = '<a class="comment__answered" href="#comment-{pk}">{words}</a>'

_PLACEHOLDERS: dict[str, Promise | str] = {
    Comment.Status.REMOVED: gettext_lazy("A moderator removed the comment by {name}."),
    Comment.Status.REJECTED: gettext_lazy("A moderator removed the comment by {name}."),
    Comment.Status.SPAM: gettext_lazy("A moderator removed this comment."),
    Comment.Status.WITHDRAWN: gettext_lazy("The commenter deleted this comment."),
    Comment.Status.PENDING: gettext_lazy("A moderator is reviewing the comment by {name}."),
    Comment.Status.HELD: gettext_lazy("A moderator is reviewing the comment by {name}."),
}


def thread_html(discussion: Discussion, article: Article) -> SafeString:
    """Nested lists, so that a screen reader can tell what answers what."""
    page = _Page(discussion, article)
    return mark_safe("".join(_nested(discussion.entries, page)))  # noqa: S308 - see above


def comment_html(entry: Entry) -> SafeString:
    """One comment alone, as it looks or will look in its thread."""
    return mark_safe(_comment(_ALONE, entry, _clock()(entry.created_at)))  # noqa: S308 - see above


class _Page:
    """The parts that the comments of one page share, made once."""

    def __init__(self, discussion: Discussion, article: Article) -> None:
        self.time = _clock()
        self.base = address_of("comments:post", article.slug)
        self.here = {entry.pk for entry in discussion.entries}
        self.in_reply_to = escape(_("in reply to {name}"))
        self.whole = escape(_("The whole comment"))
        self.author_replied = escape(_("The author replied"))
        self.answers_of_author = {
            entry.parent: entry.pk
            for entry in reversed(discussion.entries)
            if entry.badge == Comment.Badge.AUTHOR and entry.is_shown
        }
        acts = {"report": (_("Report"), _("Report the comment by {name}"))}
        if discussion.opening.is_open:
            acts = {"reply": (_("Reply"), _("Reply to {name}"))} | acts
        foot = "".join(
            _ACT.format(base=self.base, act=act, word=_words(word), label=_words(label))
            for act, (word, label) in acts.items()
        )
        when = _PERMALINK.format(base=self.base, title=_words(_("Link to this comment")))
        self.comment = _COMMENT.replace("{when}", when).replace("{foot}", _FOOT.format(acts=foot))

    def html(self, entry: Entry) -> str:
        if not entry.is_shown:
            return _placeholder(entry)
        html = entry.body_html
        if len(html) > LONG or html.count("<br>") + html.count("<p ") > MANY_LINES:
            # The beginning of a long comment, and the whole on demand.
            words = " ".join(unescape(_TAG.sub(" ", html)).split())[:BEGINNING]
            beginning = escape(words.rpartition(" ")[0] or words)
            folded = _FOLDED_BODY.format(beginning=beginning, words=self.whole, body=html)
            entry = entry._replace(body_html=folded)
        answer = self.answers_of_author.get(entry.pk)
        return _comment(
            self.comment,
            entry,
            self.time(entry.created_at),
            in_reply_to=self._parent(entry) if entry.parent else "",
            answered=_ANSWERED.format(pk=answer, words=self.author_replied) if answer else "",
        )

    def _parent(self, entry: Entry) -> str:
        here = entry.parent in self.here
        address = f"#comment-{entry.parent}" if here else f"{self.base}{entry.parent}/"
        nameless = entry.parent_status in NAMELESS
        name = escape(_("a deleted comment")) if nameless else _name(entry.parent_name or "")
        sentence = _filled(self.in_reply_to, f'<a href="{address}">{name}</a>')
        return f'\n<p class="comment__parent">{sentence}</p>'


def _words(text: str) -> str:
    """Words of the page within a text that is formatted later: only {name} is a place in them."""
    return escape(text).replace("{", "{{").replace("}", "}}").replace("{{name}}", "{name}")


def _nested(entries: list[Entry], page: _Page) -> Iterator[str]:
    placed = list(levels(entries))
    ends: list[str] = []  # of the lists that are open
    for place, (level, entry) in enumerate(placed):
        if level > len(ends):  # by one at most
            begin, end = _LIST, _LIST_END
            if level == FOLDED_LEVEL:
                begin, end = _deep_list(placed, place)
            yield begin
            ends.append(end)
        else:
            yield "".join(ends.pop() for _closed in range(len(ends) - level)) + "</li>\n<li>"
        yield page.html(entry)
    yield "".join(reversed(ends))


def _deep_list(placed: list[tuple[int, Entry]], place: int) -> tuple[str, str]:
    """How the list begins whose first comment stands at this place, and how it ends."""
    within = sum(1 for _reply in takewhile(lambda pair: pair[0] >= FOLDED_LEVEL, placed[place:]))
    if within < FOLDED_REPLIES:
        return _LIST, _LIST_END
    words = ngettext("%(count)s more reply", "%(count)s more replies", within)
    begin = _FOLDED_LIST.format(words=escape(words % {"count": within}))
    return begin, f"{_LIST_END}</details>"


def _comment(
    template: str, entry: Entry, time: str, *, in_reply_to: str = "", answered: str = ""
) -> str:
    badge = edited = ""
    if entry.badge:
        label = escape(str(Comment.Badge(entry.badge).label))
        badge = f'<span class="badge badge--{entry.badge}">{label}</span>'
    if entry.edited_at:
        edited = f'<span class="comment__edited">{escape(_("edited"))}</span>'
    return template.format(
        pk=entry.pk or 0,
        colour=zlib.crc32(entry.name.encode()) % PORTRAIT_COLOURS,
        initials=escape(initials(entry.name)),
        name=escape(entry.name),
        badge=badge,
        time=time,
        edited=edited,
        in_reply_to=in_reply_to,
        body=entry.body_html,
        answered=answered,
    )


def _placeholder(entry: Entry) -> str:
    sentence = _filled(escape(str(_PLACEHOLDERS[entry.status])), _name(entry.name))
    reason = escape(_("Reason: {reason}").replace("{reason}", entry.reason))
    said = f'<p dir="auto">{reason}</p>' if entry.reason else ""
    return _GONE.format(pk=entry.pk, sentence=sentence, reason=said)


def _name(name: str) -> str:
    return f"<bdi>{escape(name)}</bdi>"


def _filled(sentence: str, html: str) -> str:
    return sentence.replace("{name}", html)


def initials(name: str) -> str:
    """Up to two letters of the first and the last word, drawn in place of a picture."""
    letters = [next(filter(str.isalnum, word), "") for word in name.split()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


def _clock() -> Callable[[datetime], str]:
    """A function that writes times in the language and time zone of this page."""
    zone = timezone.get_current_timezone_name()
    return partial(_cached_time, language=get_language(), zone=zone)


@lru_cache(maxsize=10_000)
def _cached_time(moment: datetime, language: str, zone: str) -> str:
    """Kept, because writing a date takes as long as all the rest of a comment."""
    local = timezone.localtime(moment)
    written = escape(date_format(local, "DATETIME_FORMAT"))
    return f'<time datetime="{local.isoformat(timespec="seconds")}">{written}</time>'
