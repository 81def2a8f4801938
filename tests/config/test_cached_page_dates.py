"""A kept answer with a date is known again by it, as a fresh one is (RFC 9110, 13.1.3 and 13.2.2)."""

import pytest

from config.web.cache.cached_page import CachedPage

CHANGED = "Fri, 20 Nov 2026 12:00:00 GMT"
LATER = "Fri, 20 Nov 2026 12:00:01 GMT"
EARLIER = "Fri, 20 Nov 2026 11:59:59 GMT"


def kept(*, changed=CHANGED):
    dated = [("Last-Modified", changed)] if changed else []
    return CachedPage([("Content-Type", "text/html"), *dated], b"<p>Words.", made_at=0)


def status(page, method="GET", **headers):
    sent = []
    page.answer(
        {"REQUEST_METHOD": method, **{f"HTTP_{name}": value for name, value in headers.items()}},
        lambda line, fields: sent.append((line, dict(fields))),
    )
    return sent[0]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("date", [CHANGED, LATER, "Friday, 20-Nov-26 12:00:00 GMT"])
def test_reader_who_has_it_since_then_gets_304(method, date):
    line, fields = status(kept(), method, IF_MODIFIED_SINCE=date)

    assert line == "304 Not Modified"
    assert fields["Last-Modified"] == CHANGED
    assert "ETag" in fields


@pytest.mark.parametrize(
    "date", [EARLIER, "", "yesterday", "2020-11-20", "0", "\udcff", "Fri, 99 Nov 2026 12:00:00 GMT"]
)
def test_older_date_or_none_gets_the_page(date):
    line, fields = status(kept(), IF_MODIFIED_SINCE=date)

    assert line == "200 OK"
    assert fields["Last-Modified"] == CHANGED


def test_etag_wins_over_the_date():
    page = kept()

    assert status(page, IF_NONE_MATCH='"other"', IF_MODIFIED_SINCE=LATER)[0] == "200 OK"
    assert status(page, IF_NONE_MATCH="", IF_MODIFIED_SINCE=LATER)[0] == "200 OK"
    assert status(page, IF_NONE_MATCH=page.etag, IF_MODIFIED_SINCE=EARLIER)[0] == "304 Not Modified"


@pytest.mark.parametrize("changed", ["", "nonsense"])
def test_page_without_a_date_is_known_by_its_etag_only(changed):
    page = kept(changed=changed)

    assert status(page, IF_MODIFIED_SINCE=LATER)[0] == "200 OK"
    assert status(page, IF_NONE_MATCH=page.etag)[0] == "304 Not Modified"
