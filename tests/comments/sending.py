"""What a browser does with the form under an article."""

import re

from comments.writing.forms import CommentForm
from tests.clock import ago


def filled_in(to, **fields):
    """What a browser sends half a minute after the page was made."""
    with ago(seconds=30):
        stamp = CommentForm(article=to).initial["rendered"]
    return {
        "name": "Ann",
        "email": "ann@example.org",
        "body": "It helped me.",
        "website_address": "",
        "rendered": stamp,
        **fields,
    }


def send(client, to, *, headers=None, **fields):
    return client.post(f"/articles/{to.slug}/comments/", filled_in(to, **fields), headers=headers)


def as_read(page):
    """Without what differs between two comments of one text: their tokens and times, and the stamps of forms."""
    return re.sub(
        r'/comments/[\w:-]{20,}/|<time[^>]*>[^<]*|name="rendered" value="[^"]*"', "", page
    )
