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
{initials}</span><bdi class="comment__author" id="by-{pk}">{name}</bdi>{badge}{when}</header>\
{in_reply_to}
<div class="comment__body">
{body}
</div>{foot}
</article>"""
_FOLDED_BODY = """<p class="comment__beginning" dir="auto">{beginning} …</p>
<details><summary>{words}</summary>
{body}
</details>"""
_LIST, _LIST_END = '<ol class="comments__list"><li>', "</li></ol>"
_FOLDED_LIST = '<details class="comments__folded"><summary>{words}</summary>' + _LIST
_TAG = re.compile(r"<[^>]*>")
_GONE = """<article class="comment comment--gone" id="comment-{pk}" aria-labelledby="by-{pk}">\
<p id="by-{pk}">{sentence}</p>{reason}</article>"""
_PERMALINK = (
    '<a class="comment__permalink" href="{base}{pk}/" rel="nofollow" title="{title}">{time}</a>'
)
_ANSWERED = '<a class="comment__answered" href="#comment-{pk}">{words}</a>'
_ACT = '<a href="{base}{pk}/{act}/" rel="nofollow" aria-label="{label}">{word}</a>'

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
    return mark_safe(_comment(entry, _clock()(entry.created_at)))  # noqa: S308 - see above


class _Page:
    """The parts that the comments of one page share, made once."""

    def __init__(self, discussion: Discussion, article: Article) -> None:
        self.time = _clock()
        self.base = address_of("comments:post", article.slug)
        self.is_open = discussion.opening.is_open
        self.here = {entry.pk for entry in discussion.entries}
        self.link_title = escape(_("Link to this comment"))
        self.reply = escape(_("Reply")), escape(_("Reply to {name}"))
        self.report = escape(_("Report")), escape(_("Report the comment by {name}"))
        self.in_reply_to = escape(_("in reply to {name}"))
        self.whole = escape(_("The whole comment"))
        self.author_replied = escape(_("The author replied"))
        self.answers_of_author = {
            entry.parent: entry.pk
            for entry in reversed(discussion.entries)
            if entry.badge == Comment.Badge.AUTHOR and entry.is_shown
        }

    def html(self, entry: Entry) -> str:
        if not entry.is_shown:
            return _placeholder(entry)
        when = _PERMALINK.format(
            base=self.base, pk=entry.pk, title=self.link_title, time=self.time(entry.created_at)
        )
        html = entry.body_html
        if len(html) > LONG or html.count("<br>") + html.count("<p ") > MANY_LINES:
            # The beginning of a long comment, and the whole on demand.
            words = " ".join(unescape(_TAG.sub(" ", html)).split())[:BEGINNING]
            beginning = escape(words.rpartition(" ")[0] or words)
            folded = _FOLDED_BODY.format(beginning=beginning, words=self.whole, body=html)
            entry = entry._replace(body_html=folded)
        return _comment(entry, when, in_reply_to=self._parent(entry), foot=self._foot(entry))

    def _parent(self, entry: Entry) -> str:
        if entry.parent is None:
            return ""
        here = entry.parent in self.here
        address = f"#comment-{entry.parent}" if here else f"{self.base}{entry.parent}/"
        nameless = entry.parent_status in NAMELESS
        name = escape(_("a deleted comment")) if nameless else _name(entry.parent_name or "")
        sentence = _filled(self.in_reply_to, f'<a href="{address}">{name}</a>')
        return f'\n<p class="comment__parent">{sentence}</p>'

    def _foot(self, entry: Entry) -> str:
        name = escape(entry.name)
        acts = [self._act(entry, "report", name, *self.report)]
        if self.is_open:
            acts.insert(0, self._act(entry, "reply", name, *self.reply))
        if answer := self.answers_of_author.get(entry.pk):
            acts.insert(0, _ANSWERED.format(pk=answer, words=self.author_replied))
        return f'\n<footer class="comment__foot">{"".join(acts)}</footer>'

    def _act(self, entry: Entry, act: str, name: str, word: str, label: str) -> str:
        label = _filled(label, name)
        return _ACT.format(base=self.base, pk=entry.pk, act=act, label=label, word=word)


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


def _comment(entry: Entry, when: str, in_reply_to: str = "", foot: str = "") -> str:
    if entry.edited_at:
        when += f'<span class="comment__edited">{escape(_("edited"))}</span>'
    badge = ""
    if entry.badge:
        label = escape(str(Comment.Badge(entry.badge).label))
        badge = f'<span class="badge badge--{entry.badge}">{label}</span>'
    return _COMMENT.format(
        pk=entry.pk or 0,
        colour=zlib.crc32(entry.name.encode()) % PORTRAIT_COLOURS,
        initials=escape(initials(entry.name)),
        name=escape(entry.name),
        badge=badge,
        when=when,
        in_reply_to=in_reply_to,
        body=entry.body_html,
        foot=foot,
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
    letters = [next((sign for sign in word if sign.isalnum()), "") for word in name.split()]
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
