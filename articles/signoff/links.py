"""The address of a link for an expert. It is signed, and a right of its own."""

from articles.models import ExpertLink
from config.web.requests.signed_links import ExpiredLink, make_token, read_token
from config.web.site import public_url

_PURPOSE = "articles.sign_off"


def link_url(link: ExpertLink) -> str:
    return public_url("articles:sign_off", make_token(_PURPOSE, [link.pk, link.nonce]))


def link_behind(token: str) -> ExpertLink:
    """The usable link of a token, with its revision and `with_publication`.

    Raises BadLink when the token was not made here, ExpiredLink when the link expired, was revoked,
    or went with its article.
    """
    pk, nonce = read_token(_PURPOSE, token)
    links = ExpertLink.objects.usable().with_publication()
    link = links.select_related("revision", "sign_off").filter(pk=pk, nonce=nonce).first()
    if link is None:
        raise ExpiredLink
    return link
