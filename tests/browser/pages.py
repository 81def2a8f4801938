"""Every kind of page that readers get, filled and empty, with the content that pages break on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from articles.models import Article, Author, ExpertLink
from articles.signoff.links import link_url
from comments.models import Writer
from comments.moderating.mail_links import decision_links
from comments.writers import links as comment_links
from config.web.requests.signed_links import make_token
from config.your_data.models import DataRequest
from newsletter import links
from newsletter.models import Issue
from newsletter.sending.rendering import render_body
from tests import factories
from tests.comments.sending import filled_in


@dataclass(frozen=True)
class PublicPage:
    name: str
    path: str
    status: int = 200
    sent: dict[str, str] | None = None  # what a form on the site posts there

    def __str__(self) -> str:
        return self.name


def public_pages(*parts: str) -> Iterator[PublicPage]:
    """Each page while its rows are in the database: those of the named parts, or of all.

    Open them in turn: what is sent to one page is what the next one shows.
    """
    if not parts or "reading" in parts:
        yield from _empty_site()
    article = full_magazine()
    if not parts or "reading" in parts:
        yield from _lists(article)
        yield from _articles(article)
        yield from _searches()
        yield from _newsletter_pages()
        yield from _expert_pages(article)
        yield PublicPage("page not found", "/nowhere/at/all/", status=404)
    if not parts or "discussion" in parts:
        yield from _comment_pages(article)
        yield from _writer_pages(article)
        yield from _moderation_pages(article)


def _empty_site() -> Iterator[PublicPage]:
    yield PublicPage("empty front page", "/")
    yield PublicPage("empty archive", "/archive/")
    yield PublicPage("no topics", "/topics/")
    yield PublicPage("no authors", "/authors/")
    yield PublicPage("empty follow page", "/follow/")
    yield PublicPage("no corrections", "/corrections/")
    yield PublicPage("empty topic", factories.topic(name="Nothing yet").get_absolute_url())


def _lists(article: Article) -> Iterator[PublicPage]:
    yield PublicPage("front page", "/")
    yield PublicPage("topic", article.topic.get_absolute_url())
    yield PublicPage("topics", "/topics/")
    yield PublicPage("authors", "/authors/")
    yield PublicPage("follow", "/follow/")
    yield PublicPage("series", factories.series(article).get_absolute_url())
    yield PublicPage("author", article.writers[0].get_absolute_url())
    yield PublicPage("author without anything", hostile_article().writers[0].get_absolute_url())
    yield PublicPage("archive", "/archive/")
    yield PublicPage("year of the archive", f"/archive/{article.published_at:%Y}/")
    yield PublicPage("month of the archive", f"/archive/{article.published_at:%Y/%m}/")
    yield PublicPage("corrections", "/corrections/")
    yield PublicPage("about", "/about/")
    yield PublicPage("saved articles", "/saved/")
    yield PublicPage("front page with the hostile article", "/")
    yield PublicPage("topic with the hostile article", "/topics/hostile/")


def _articles(article: Article) -> Iterator[PublicPage]:
    hostile, right_to_left = Article.objects.get(slug="hostile"), right_to_left_article()
    bare = factories.published_article(title="Nothing but words", comments_open=False)
    yield PublicPage("article", article.get_absolute_url())
    yield PublicPage("hostile article", hostile.get_absolute_url())
    yield PublicPage("right-to-left article", right_to_left.get_absolute_url())
    yield PublicPage("bare article, comments closed", bare.get_absolute_url())
    gone = factories.published_article()
    gone.withdraw(by=None, notice=f"The dose was wrong.\n\n{'x' * 300}")
    for row in (article, hostile, right_to_left):
        yield PublicPage(f"card of {row.slug}", f"/embed/{row.slug}/")
    yield PublicPage("withdrawn article", gone.get_absolute_url(), status=410)


def _searches() -> Iterator[PublicPage]:
    yield PublicPage("search", "/search/")
    yield PublicPage("search with a filter", "/search/?q=stairs&author=aldous&sort=date")
    yield PublicPage("search with results", "/search/?q=stairs")
    yield PublicPage("search without results", f"/search/?q={'x' * 150}")
    yield PublicPage("search with errors", "/search/?q=stairs&since=2026-11-02&until=2026-11-01")


def _comment_pages(article: Article) -> Iterator[PublicPage]:
    comment = factories.comment(article, name="ر" * 60, body=f"{'x' * 300}\n\n<b>a < b</b>")
    wrong = {"name": "", "email": "rosa@nowhere", "body": "A thought that took a while to write."}
    address = f"{article.get_absolute_url()}comments/"
    yield from _discussion_pages()
    yield PublicPage("comment awaiting", f"/comments/{make_token('comment', comment.pk)}/")
    yield PublicPage("comment form with errors", address, status=422, sent=wrong)
    yield PublicPage("comment too large", address, status=413, sent=wrong | {"body": "x" * 200_000})


def _writer_pages(article: Article) -> Iterator[PublicPage]:
    comment = factories.comment(article, body=f"{'x' * 300}\n\n<b>a < b</b>", wants_mail=True)
    shown = factories.approved_comment(article, body="Two floors, twice a day.")
    removed, rejected, withdrawn = (factories.approved_comment(article) for _ in range(3))
    removed.remove(by=None, reason="The comment advertises something.")
    rejected.reject(by=None)
    withdrawn.withdraw()
    for row in (shown, removed, rejected, withdrawn):
        yield PublicPage(f"own comment {row.status}", comment_links.manage_path(row))
    own, late = (comment_links.manage_path(row) for row in (comment, rejected))
    changed = {"body": "Other words.", "version": "99"}
    yield PublicPage("edit", f"{own}edit/")
    yield PublicPage("edit with an error", f"{own}edit/", status=422, sent={"body": ""})
    yield PublicPage("edit of what was changed", f"{own}edit/", status=409, sent=changed)
    yield PublicPage("edit too late", f"{late}edit/", status=403, sent=changed)
    yield PublicPage("withdraw", f"{own}withdraw/")
    report = f"{shown.get_absolute_url()}report/"
    yield PublicPage("report", report)
    yield PublicPage("report with errors", report, status=422, sent={"text": "x" * 501})
    yield PublicPage("reported", f"{article.get_absolute_url()}comments/reported/")
    yield from _data_pages(Writer.objects.get(email=comment.email), article)


def _data_pages(writer: Writer, article: Article) -> Iterator[PublicPage]:
    wrong = {"email": "rosa@nowhere"}
    yield PublicPage("confirm address", _path(comment_links.verify_url(writer)))
    yield PublicPage("confirmed address", _path(comment_links.verify_url(writer)), sent={})
    for name, url in {
        "article": comment_links.mute_thread_url(writer, article.pk),
        "all": comment_links.mute_all_url(writer),
    }.items():
        yield PublicPage(f"end mails of {name}", _path(url))
        yield PublicPage(f"ended mails of {name}", _path(url), sent={})
    yield PublicPage("ask for data", "/yours/")
    yield PublicPage("ask for data with errors", "/yours/", status=422, sent=wrong)
    yield PublicPage("asked for data", "/yours/sent/")
    factories.subscriber(email=writer.email)
    data = DataRequest.objects.create(email=writer.email).make_path()
    yield PublicPage("data", data)
    yield PublicPage("data without the tick", data, status=422, sent={})
    yield PublicPage("data of comments erased", data, sent={"what": "comments", "sure": "on"})
    yield PublicPage("data erased", data, sent={"sure": "on"})
    yield PublicPage("unknown link to data", "/yours/forged/", status=404)
    yield PublicPage("unknown link of a comment", "/comments/forged/", status=404)
    yield PublicPage("link to data too old", _path(comment_links.verify_url(writer)), status=410)


def _moderation_pages(article: Article) -> Iterator[PublicPage]:
    moderator = factories.user("mo", group="Moderator")
    held = {"status": "held", "held_for": [{"code": "links", "detail": "3"}]}
    comment = factories.comment(article, name="ر" * 60, body="x" * 300, **held)
    approve, reject, spam = (_path(link.url) for link in decision_links(comment, moderator))
    wrong = {"reason": "made up"}
    yield PublicPage("moderate: approve", approve)
    yield PublicPage("moderate: reject", reject)
    yield PublicPage("moderate: unknown reason", reject, status=422, sent=wrong)
    yield PublicPage("moderate: approved", approve, sent={})
    yield PublicPage("moderate: decided before", spam, status=409, sent={})
    moderator.groups.clear()
    yield PublicPage("moderate: no moderator any more", reject, status=403)


def _discussion_pages() -> Iterator[PublicPage]:
    article = discussed_article()
    address = f"{article.get_absolute_url()}comments/"
    last, answered = article.comments.order_by("pk").last(), article.comments.order_by("pk").first()
    sent = filled_in(article, parent=answered.pk)
    yield PublicPage("discussed article", article.get_absolute_url())
    yield PublicPage("thread, oldest first", address)
    yield PublicPage("thread, newest first", f"{address}?sort=newest")
    yield PublicPage("thread, within a branch", f"{address}?after={last.pk - 5}")
    yield PublicPage("reply to a comment", f"{address}{answered.pk}/reply/")
    yield PublicPage("preview of a reply", address, sent=sent | {"preview": "1"})
    yield PublicPage("reply to nothing", address, status=422, sent=sent | {"parent": "0"})
    Article.objects.filter(pk=article.pk).update(comments_open=False)
    yield PublicPage("comment on a closed article", address, status=403, sent=sent)


def _newsletter_pages() -> Iterator[PublicPage]:
    asked, joined, left = map(factories.subscriber, ("pending", "confirmed", "unsubscribed"))
    yield PublicPage("newsletter", "/newsletter/")
    yield PublicPage("newsletter with errors", "/newsletter/", status=422, sent={"email": "rosa@"})
    yield PublicPage("newsletter sent", "/newsletter/sent/")
    yield PublicPage("confirm", _path(links.confirm_url(asked)))
    yield PublicPage("confirmed", _path(links.confirm_url(asked)), sent={})
    yield PublicPage("unsubscribe", _path(links.unsubscribe_url(joined)))
    yield PublicPage("unsubscribed", _path(links.unsubscribe_url(left)))
    yield PublicPage("unknown link", "/newsletter/confirm/forged/", status=404)
    choices = _path(links.preferences_url(joined))
    yield PublicPage("choices", choices)
    yield PublicPage("choices saved", choices, sent={"frequency": "every", "pause": "30"})
    yield PublicPage("choices with errors", choices, status=422, sent={"email": "x", "move": ""})
    never = _path(links.never_url(joined))
    yield PublicPage("mail to you", never)
    yield PublicPage("no mail ever again", never, sent={})
    yield PublicPage("empty newsletter archive", "/newsletter/archive/")
    yield PublicPage("issue of the archive", archived_issue().get_absolute_url())
    yield PublicPage("newsletter archive", "/newsletter/archive/")


def _expert_pages(article: Article) -> Iterator[PublicPage]:
    times = {"expires_at": timezone.now() + timedelta(days=30)}
    link = ExpertLink.make(article, by=None, name="Ada", **times)
    hostile = Article.objects.get(slug="hostile")
    for_reading = ExpertLink.make(hostile, by=None, name="A" * 120, kind="preview", **times)
    for number, words in ((1, "<b>p < 0.05</b>"), (None, "x" * 300)):
        text = {"beginning": "Some text", "text": words, "passage": "y" * 300}
        link.remarks.create(paragraph=number, **text)
    address = _path(link_url(link))
    wrong = {"paragraph": "1", "passage": "nowhere", "text": "", "remark": "Send"}
    signed = {"name": "Ada", "credentials": "MD", "interests": "None", "confirm": "on"}
    yield PublicPage("for an expert", address)
    yield PublicPage("remark on a paragraph", f"{address}?at=2")
    yield PublicPage("remark with errors", address, status=422, sent=wrong)
    yield PublicPage("sign-off with errors", address, status=422, sent={"sign_off": "Sign off"})
    yield PublicPage("signed off", address, sent=signed | {"sign_off": "Sign off"})
    yield PublicPage("for reading only", _path(link_url(for_reading)))
    link.revoke()
    yield PublicPage("revoked link of an expert", address, status=410)
    yield PublicPage("unknown link of an expert", "/sign-off/forged/", status=404)


def _path(url: str) -> str:
    return urlsplit(url).path


# Content


def archived_issue() -> Issue:
    """With each kind of block, as long as the fields allow."""
    issue = factories.issue(subject=f"{'Rindfleisch' * 18}", preheader="p" * 200)
    article = Article.objects.get(title="How long should you sleep?")
    for position, block in enumerate(
        (
            {"kind": "heading", "text": "H" * 200},
            {"kind": "article", "article": article},
            {"kind": "whole", "article": article},
            {"kind": "picture", "image": factories.image(size=(1600, 900))},
            {"kind": "text", "text": "w" * 300},
            {"kind": "button", "text": "Read on", "url": "https://example.org/"},
        )
    ):
        issue.blocks.create(position=position, **block)
    issue.start(by=None, body=render_body(issue))
    return issue


def full_magazine() -> Article:
    """Enough for every list and for a second page of them; returns an article with everything that one can have."""
    topics = [
        factories.topic(name=name, description=f"What we know about {name.lower()}.")
        for name in ("Sleep", "Food", "Movement", "Mind", "Medicines", "Skin", "Children", "Ageing")
    ]
    author = expert()
    for number in range(14):
        factories.published_article(
            title=f"Stairs count too, part {number}", standfirst="Two floors, twice a day.", by=author,
            topic=topics[number % 3 and number % 8], days_ago=number * 20 + 2,
            hero=factories.image(size=(800, 500)) if number % 2 else None,
        )  # fmt: skip
    return full_article(author, topic=topics[0])


def expert() -> Author:
    author = factories.author(
        name="Dr Maren Aldous", role="Contributing writer", credentials="MD, MPH",
        affiliation="Institute for Things That Help", orcid="0000-0002-1825-0097",
        bio="Writes about sleep.\n\nHas slept.", portrait=factories.image(size=(400, 400)),
    )  # fmt: skip
    author.links.create(label="Website", url="https://maren.example/")
    return author


def full_article(author: Author, **fields) -> Article:
    figure = factories.image(size=(1600, 1000))
    article = factories.published_article(
        title="How long should you sleep?", standfirst="Seven hours is an average, not a rule.",
        by=author, hero=factories.image(size=(1600, 900), caption="A bed.", credit="Drawing: us"),
        body=BODY.format(picture=figure.file.url), key_takeaways=["Sleep.", "Then wake up."],
        disclosure="The writer owns a bed.", reviewed_at=timezone.localdate(), **fields,
    )  # fmt: skip
    article.contributions.create(author=factories.author(name="Priya Sandhu"), part="reviewer")
    for number in (1, 2):
        article.references.create(number=number, text=f"Source {number}.", url="https://doi.org/10.1000/182")  # fmt: skip
    article.corrections.create(text="An earlier version said eight hours.")
    article.updated_at = timezone.now() - timedelta(hours=2)
    article.save()
    for words in ("I disagree. See https://example.org/a/long/way/down/", "p<0.05, <3"):
        factories.approved_comment(article, body=words)
    return article


def hostile_article() -> Article:
    """As long, wide and unbroken as the fields allow."""
    topic = factories.topic(name=f"Hostile {'Donaudampfschifffahrtsgesellschaft' * 3}", slug="hostile")  # fmt: skip
    cells = "".join(f"<td>column {number}</td>" for number in range(30))
    article = factories.published_article(
        title=f"{'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz ' * 3}{'x' * 8}"[:200],
        slug="hostile", standfirst="W" * 600, topic=topic, by=factories.author(name="Ng" + "o" * 118),
        body=f"<table><caption>Wide</caption><tr>{cells.replace('td>', 'th>')}</tr><tr>{cells}</tr></table>"
        f"<h2>{'H' * 150}</h2><p>{'y' * 400} <a href='https://example.org/{'z' * 300}'>https://example.org/{'z' * 300}</a></p>"
        f"<pre>{'code ' * 80}</pre><blockquote><p>{'q' * 200}</p></blockquote><ul><li>{'l' * 200}</li></ul>",
        key_takeaways=["k" * 300], disclosure="d" * 1000, days_ago=0.1,
    )  # fmt: skip
    article.references.create(number=1, text="r" * 400, url=f"https://example.org/{'u' * 400}")
    factories.approved_comment(article, name="n" * 60, body="c" * 500)
    return article


def discussed_article() -> Article:
    """A thread of more than a page: deep, with badges, long names, several scripts, and places of comments that went."""
    article = factories.published_article(title="Much said about this", slug="discussed")
    deep = None
    for badge in ("", "author", "editor", "moderator", "", ""):
        deep = factories.approved_comment(article, parent=deep, badge=badge, name="n" * 60)
    factories.approved_comment(article, name="رشا علي", body="هذا مقال مفيد جدا.")
    for verb in ("remove", "withdraw"):
        gone = factories.approved_comment(article)
        factories.approved_comment(article, parent=gone)
        gone.refresh_from_db()
        gone.withdraw() if verb == "withdraw" else gone.remove(by=None, reason="It is unkind.")
    branch = factories.approved_comment(article)
    for _number in range(50):
        factories.approved_comment(article, parent=branch)
    return article


def right_to_left_article() -> Article:
    return factories.published_article(
        title="كم ساعة يجب أن تنام؟", standfirst="سبع ساعات متوسط وليست قاعدة.", slug="right-to-left",
        by=factories.author(name="מרן אלדוס"), topic=factories.topic(name="صحة", slug="health"),
        body="<h2>السؤال</h2><p>النص هنا، <strong>مهم</strong> (SPF 30) و <a href='https://example.org/'>رابط</a>.</p>"
        "<ul><li>أولا</li><li>ثانيا</li></ul><blockquote><p>اقتباس</p></blockquote>"
        "<table><tr><th>ساعات</th><th>عمر</th></tr><tr><td>7</td><td>30</td></tr></table>",
    )  # fmt: skip


BODY = """<p>Some text with a mark[1], <em>emphasis</em>, <code>code</code>, H<sub>2</sub>O and
<a href="https://example.org/">a link</a>.</p>
<h2>Why do we sleep?</h2><p>Nobody knows[2][1].</p><h3>In short</h3><ul><li>one<ul><li>inside</li></ul></li></ul>
<figure><img src="{picture}" alt="A drawing of a bed."><figcaption>The bed.</figcaption></figure>
<h2>What helps</h2><ol><li>first</li><li>second</li></ol>
<blockquote><p>Sleep is good.</p><p><cite>Somebody</cite></p></blockquote>
<table><caption>Hours</caption><thead><tr><th>Age</th><th>Hours</th></tr></thead>
<tbody><tr><td>30</td><td>7</td></tr></tbody></table>
<h2>What does not</h2><pre>a &lt; b</pre><hr><p>The end.</p>"""
