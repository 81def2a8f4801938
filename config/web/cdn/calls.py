"""The calls that purge pages at a CDN by their tags: Cloudflare's, Fastly's, or a signed webhook.

Written after the descriptions of both APIs, of November 2026. tests/config/test_cdn.py has a model
of each. No redirect is followed.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import batched
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from config.web.cache.change_feed import EVERYTHING

SECONDS = 8.0
MOST_TAGS = 30  # in one call, the fewest of these services
SIGNATURE = "X-Colophon-Signature"

type Call = tuple[str, bytes, dict[str, str]]  # address, body, headers


class PurgeFailed(Exception):
    """The CDN did not take the call. The message has its status, or why there is none."""


def purge(tags: Sequence[str]) -> None:
    """Purge all pages with one of the tags, or all pages. Raises PurgeFailed."""
    calls = {"cloudflare": _cloudflare, "fastly": _fastly, "webhook": _webhook}
    batches: list[tuple[str, ...]] = [()] if EVERYTHING in tags else list(batched(tags, MOST_TAGS))
    for batch in batches:
        _post(calls[settings.CDN_PURGE_KIND](batch))


def _cloudflare(tags: Sequence[str]) -> Call:
    what: dict[str, Any] = {"tags": list(tags)} if tags else {"purge_everything": True}
    headers = {"Authorization": f"Bearer {settings.CDN_PURGE_KEY}"}
    return settings.CDN_PURGE_URL, _json(what), headers | {"Content-Type": "application/json"}


def _fastly(tags: Sequence[str]) -> Call:
    headers = {"Fastly-Key": settings.CDN_PURGE_KEY, "Accept": "application/json"}
    if not tags:
        return f"{settings.CDN_PURGE_URL}_all", b"", headers
    return settings.CDN_PURGE_URL, b"", headers | {"Surrogate-Key": " ".join(tags)}


def _webhook(tags: Sequence[str]) -> Call:
    """The signature is of the body, which has its time in it, so that none can be sent again."""
    body = _json({"tags": list(tags), "everything": not tags, "sent_at": int(time.time())})
    signed = hmac.new(settings.CDN_PURGE_KEY.encode(), body, hashlib.sha256).hexdigest()
    headers = {SIGNATURE: f"sha256={signed}", "Content-Type": "application/json"}
    return settings.CDN_PURGE_URL, body, headers


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _post(call: Call) -> None:
    url, body, headers = call
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    query = f"?{address.query}" if address.query else ""
    try:
        connection.request("POST", f"{address.path or '/'}{query}", body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise PurgeFailed(repr(error)) from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise PurgeFailed(f"the CDN answers {status}")
