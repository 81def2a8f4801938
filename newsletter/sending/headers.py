"""The headers of an issue: alike for all, or None where each subscriber has another value."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from config.web.mail.headers import named
from config.web.mail.list_headers import make_list_id
from config.web.mail.messages import sender_domain
from config.web.site import absolute_url
from newsletter.models import Issue


def headers_of(issue: Issue) -> dict[str, str | None]:
    """In the order in which they are written."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    # Gmail's reports count by the parts of the Feedback-ID; the last one names the sender, 5 to 15
    # letters.
    sender = "".join(filter(str.isalnum, sender_domain()))[-15:].rjust(5, "x")
    name = issue.sender_name or settings.NEWSLETTER_SENDER_NAME
    headers: dict[str, str | None] = {
        "From": named(name, address) if name else settings.DEFAULT_FROM_EMAIL,
        "To": None,
        "Subject": issue.subject,
        "Date": None,
        "Message-ID": None,
        "List-Id": newsletter_list_id(),
        "List-Unsubscribe": None,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Post": "NO",
        "List-Archive": f"<{absolute_url('/newsletter/archive/')}>",
        "Feedback-ID": f"{issue.pk}:newsletter:issue:{sender}",
        "Precedence": "bulk",
    }
    if reply_to := issue.reply_to or settings.NEWSLETTER_REPLY_TO:
        headers["Reply-To"] = reply_to
    return headers


def newsletter_list_id() -> str:
    return make_list_id("newsletter", _("%(site)s newsletter") % {"site": settings.SITE_NAME})
