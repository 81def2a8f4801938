"""What a page says to the CDN in front: how long to keep it, and by which names it is purged.

Browsers are told to ask again each time, as without a CDN.
"""

from collections.abc import Iterable

from django.conf import settings

# Large CDNs take 16 kB of tags. A page with more is not kept there.
LONGEST_TAGS = 12_000


def shared_cache_headers(cache_control: str, tags: Iterable[str]) -> list[tuple[str, str]]:
    """Cache-Control and what CDN_PURGE_KIND reads beside it."""
    names = sorted(tags)
    seconds = settings.CDN_SECONDS
    if not seconds or sum(map(len, names)) + len(names) > LONGEST_TAGS:
        return [("Cache-Control", cache_control)]
    if settings.CDN_PURGE_KIND == "cloudflare":  # RFC 9213
        control = ("CDN-Cache-Control", f"public, max-age={seconds}")
        return [("Cache-Control", cache_control), control, ("Cache-Tag", ",".join(names))]
    if settings.CDN_PURGE_KIND == "fastly":
        control = ("Surrogate-Control", f"max-age={seconds}")
        return [("Cache-Control", cache_control), control, ("Surrogate-Key", " ".join(names))]
    shared = [("Cache-Control", f"{cache_control}, s-maxage={seconds}")]
    return [*shared, ("Cache-Tag", ",".join(names))] if settings.CDN_PURGE_KIND else shared
