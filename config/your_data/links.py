"""Whose data a link opens."""

from comments.models import Writer
from config.web.requests.signed_links import BadLink, ExpiredLink, read_token
from config.your_data.models import LINK, LINK_FOR, DataRequest
from newsletter.models import Subscriber

# What each kind of link names. The last two are of mails from before there was one page.
_NAMED = {LINK: DataRequest, "comments.data": Writer, "newsletter.data": Subscriber}


def address_behind(token: str) -> str | None:
    """The address whose data the link opens, None when all was erased.

    Raises BadLink, and ExpiredLink also when only what a former link names was erased.
    """
    for purpose, model in _NAMED.items():
        try:
            pk = read_token(purpose, token, max_age=LINK_FOR)
        except ExpiredLink:
            raise
        except BadLink:
            continue
        email = model._base_manager.filter(pk=pk).values_list("email", flat=True).first()
        if email is None and model is not DataRequest:
            raise ExpiredLink
        return email
    raise BadLink
