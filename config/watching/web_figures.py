"""What a web process tells of itself."""

from typing import Any

from config.watching.counters import Pulse, watch_with
from config.watching.incidents import look_from_web
from config.web.cache.page_cache import PageCache
from config.web.files.media_storage import media_identity


def watch(cache: PageCache) -> None:
    """Count in this process what the page cache does, from the first request on."""

    def totals() -> dict[str, float]:
        numbers: dict[str, float] = {
            f"colophon_page_cache_{name}_total": getattr(cache, name)
            for name in ("hits", "shared_hits", "misses", "waits", "voids", "passed")
        }
        numbers["colophon_changes_heard_total"] = cache.feed.count
        numbers["colophon_change_feed_losses_total"] = cache.feed.losses
        if cache.deadlines is not None:
            numbers["colophon_deadlines_total"] = cache.deadlines.passed
            numbers["colophon_deadlines_late_seconds_total"] = cache.deadlines.late_seconds
        return numbers

    def figures() -> dict[str, Any]:
        return {
            "pages": len(cache.store),
            "bytes": cache.store.bytes,
            "listening": cache.feed.listening,
            "media": media_identity(),
        }

    watch_with(Pulse(totals=totals, figures=figures, look=look_from_web))
