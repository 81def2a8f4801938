"""An issue as HTML and as text, rendered once for all subscribers."""

from css_inline import CSSInliner
from django.conf import settings
from django.template.loader import render_to_string

from config.web.site import public_url
from newsletter.composing.blocks import direction_of, shown_blocks
from newsletter.models import Issue
from newsletter.sending.body import SLOTS, Body, slot

# Rules for dark screens cannot be inlined and stay in the head. Nothing is fetched.
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render_body(issue: Issue, *, with_unpublished: bool = False) -> Body:
    """The issue as all subscribers get it, from templates/emails/issue.{html,txt}.

    Articles that readers may not see are left out, unless an editor looks at a preview.
    """
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "postal_address": settings.NEWSLETTER_POSTAL_ADDRESS,
        "issue": issue,
        "direction": direction_of(f"{issue.subject} {issue.intro}"),
        "blocks": shown_blocks(issue, with_unpublished=with_unpublished),
        "web_url": public_url("newsletter:archived_issue", issue.pk or 0),
        **{name: slot(name) for name in SLOTS},
    }
    return Body(
        html=_INLINER.inline(render_to_string("emails/issue.html", context).strip()) + "\n",
        text=render_to_string("emails/issue.txt", context).strip() + "\n",
    )
