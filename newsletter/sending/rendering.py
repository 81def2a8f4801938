"""An issue as HTML and as text, rendered once for all subscribers."""

from django.conf import settings
from django.template.loader import render_to_string

from config.web.site import absolute_url, whole_address
from newsletter.models import Block, Issue
from newsletter.sending.body import SLOTS, Body, slot


def render_body(issue: Issue) -> Body:
    """The issue as all subscribers get it, from templates/emails/issue.{html,txt}."""
    blocks = issue.blocks.select_related("article", "image").order_by("position", "pk")
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "issue": issue,
        "blocks": [in_mail(block) for block in blocks],
        **{name: slot(name) for name in SLOTS},
    }
    return Body(
        html=render_to_string("emails/issue.html", context).strip() + "\n",
        text=render_to_string("emails/issue.txt", context).strip() + "\n",
    )


def in_mail(block: Block) -> dict[str, object]:
    """A block with the addresses that its template needs."""
    shown: dict[str, object] = {"block": block, "kind": block.kind, "url": block.url}
    if block.article:
        shown["url"] = absolute_url(block.article.get_absolute_url())
    if block.image:
        shown["picture"] = whole_address(block.image.file.url)
    return shown
