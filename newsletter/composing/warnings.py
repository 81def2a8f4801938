"""What an editor should know before an issue is sent."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from config.web.site import absolute_url
from newsletter.composing.own_links import broken_own_links
from newsletter.models import Block, Issue
from newsletter.sending.body import Body

# Gmail cuts a mail off after 102 KB.
MOST_BYTES = 100 * 1024


def warnings_of(issue: Issue, body: Body) -> list[str]:
    """One sentence for each thing to look at; none forbids to send."""
    said = []
    if (size := len(body.html.encode())) > MOST_BYTES:
        text = _("The mail has %(size)s KB. Gmail cuts it off after 102 KB.")
        said.append(text % {"size": size // 1024})
    if not issue.preheader:
        said.append(_("There is no preheader: programs show the first words of the mail."))
    if not settings.NEWSLETTER_POSTAL_ADDRESS:
        said.append(_("No postal address is set (NEWSLETTER_POSTAL_ADDRESS): laws ask for one."))
    blocks = list(issue.blocks.select_related("article__hero", "image"))
    if not blocks and not issue.intro:
        said.append(_("The issue is empty."))
    for block in blocks:
        said += _of_block(block)
    return said + _of_links(issue, blocks, body)


def _of_links(issue: Issue, blocks: Sequence[Block], body: Body) -> list[str]:
    """Links to no public page, but for those that other warnings are about."""
    known = {absolute_url(issue.get_absolute_url())} if issue.pk else set()
    known |= {absolute_url(row.article.get_absolute_url()) for row in blocks if row.article}
    text = _("The link %(url)s leads to no page that readers see.")
    links = broken_own_links(body.html)
    return [text % {"url": link} for link in links if link not in known]


def _of_block(block: Block) -> list[str]:
    article = block.article
    image = article.hero if article else block.image
    said = []
    if article and not article.is_published:
        text = _("“%(title)s” is not published: it is left out unless it is by then.")
        said.append(text % {"title": article.title})
    if image and not image.alt_text:
        text = _("The picture “%(title)s” has no alternative text.")
        said.append(text % {"title": image.title})
    return said
