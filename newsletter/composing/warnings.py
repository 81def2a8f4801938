"""What an editor should know before an issue is sent."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from articles.links.addresses import addresses_in
from articles.links.reading import keep_addresses
from articles.models import Link
from config.web.site import absolute_url
from newsletter.composing.own_links import broken_own_links, links_in
from newsletter.models import Block, Issue
from newsletter.sending.body import Body

# Gmail cuts a mail off after 102 KB.
MOST_BYTES = 100 * 1024
_SILENT_PICTURE = re.compile(r'<img(?![^>]*\salt="[^"])')


def warnings_of(issue: Issue, body: Body) -> list[str]:
    """One sentence for each thing to look at; none forbids to send."""
    said = []
    if (size := len(body.html.encode())) > MOST_BYTES:
        text = _("The email is %(size)s KB. Gmail cuts emails off after 102 KB.")
        said.append(text % {"size": size // 1024})
    if not issue.preheader and issue.kind != Issue.Kind.DIGEST:  # which has its titles there
        said.append(
            _("There is no preview text. Email programs show the first words of the email instead.")
        )
    if not settings.NEWSLETTER_POSTAL_ADDRESS:
        said.append(
            _(
                "No postal address is set (NEWSLETTER_POSTAL_ADDRESS). The law requires one in many"
                " countries."
            )
        )
    blocks = list(issue.blocks.select_related("article__hero", "image"))
    if not blocks and not issue.intro:
        said.append(_("The issue is empty."))
    for block in blocks:
        said += _of_block(block)
    return said + _of_links(issue, blocks, body)


def have_links_checked(issue: Issue) -> None:
    """Let buttons and pictures that lead to other sites be checked, as links of articles are."""
    if settings.CHECK_LINKS:
        urls = issue.blocks.exclude(url="").values_list("url", flat=True)
        keep_addresses(addresses_in("", urls))


def _of_links(issue: Issue, blocks: Sequence[Block], body: Body) -> list[str]:
    """Links to no public page, but for those that other warnings are about.

    Those to other sites are known where CHECK_LINKS is on (have_links_checked).
    """
    known = {absolute_url(issue.get_absolute_url())} if issue.pk else set()
    known |= {absolute_url(row.article.get_absolute_url()) for row in blocks if row.article}
    text = _("Readers cannot see the page that the link %(url)s leads to.")
    links = broken_own_links(body.html)
    said = [text % {"url": link} for link in links if link not in known]
    text = _("The link %(url)s did not work when it was last checked: %(answer)s.")
    others = addresses_in("", links_in(body.html))
    failing = Link.objects.exclude(host="").filter(address__in=others).failing()
    return said + [text % {"url": link.address, "answer": link.said} for link in failing]


def _of_block(block: Block) -> list[str]:
    article = block.article
    image = article.hero if article else block.image
    said = []
    if article and not article.is_published:
        text = _(
            "“%(title)s” is not published. It will be left out unless it is published by then."
        )
        said.append(text % {"title": article.title})
    if image and not image.alt_text and not image.is_decoration:
        text = _("The picture “%(title)s” has no alternative text.")
        said.append(text % {"title": image.title})
    if article and block.kind == Block.Kind.WHOLE_ARTICLE and _SILENT_PICTURE.search(article.body):
        text = _("A picture in “%(title)s” has no alternative text.")
        said.append(text % {"title": article.title})
    return said
