"""/metrics in the text format of Prometheus, version 0.0.4."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from math import inf

from config.watching.state import State, read_state
from config.web.watching.rows import Heartbeat, Incident, MetricCount

# What is counted by all processes: the kind and the words of each number.
COUNTED = {
    "colophon_requests_total": "Answers of views. Kept pages are hits of the page cache.",
    "colophon_page_cache_hits_total": "Answers with a kept page.",
    "colophon_page_cache_shared_hits_total": "Pages that were taken from another process.",
    "colophon_page_cache_misses_total": "Pages made for the page cache.",
    "colophon_page_cache_waits_total": "Requests that waited for a page in the making.",
    "colophon_page_cache_voids_total": "Kept pages that were asked for and had changed.",
    "colophon_page_cache_passed_total": "Requests that the page cache does not keep.",
    "colophon_changes_heard_total": "Changes that processes heard by the change feed.",
    "colophon_change_feed_losses_total": "Connections of the change feed that broke.",
    "colophon_deadlines_total": "Times at which pages changed by themselves.",
    "colophon_deadlines_late_seconds_total": "How late processes noticed them, added up.",
}
SECONDS = "colophon_request_seconds"
_BOUND = re.compile(r'(.*),le="([^"]+)"$')


def metrics_text() -> str:
    """All of them. Raises DatabaseError."""
    lines = [*counted(), *measured(read_state())]
    return "\n".join(lines) + "\n"


def counted() -> Iterator[str]:
    """The sums of all processes, as they write them every few seconds."""
    rows = MetricCount.objects.order_by("name", "labels").values_list("name", "labels", "value")
    for name, group in groupby(rows, key=lambda row: row[0]):
        if name in COUNTED:
            yield from _head(name, "counter", COUNTED[name])
            yield from (_line(name, labels, value) for _name, labels, value in group)
    yield from durations()


def durations() -> Iterator[str]:
    """A histogram for each view: buckets hold all that were as quick or quicker."""
    yield from _head(SECONDS, "histogram", "How long views took to answer.")
    found = MetricCount.objects.filter(name__startswith=SECONDS).values_list(
        "name", "labels", "value"
    )
    buckets: dict[str, list[tuple[float, str, float]]] = defaultdict(list)
    sums: dict[str, float] = {}
    for name, labels, value in found:
        if match := _BOUND.match(labels):
            bound = match[2]
            buckets[match[1]].append((inf if bound == "+Inf" else float(bound), bound, value))
        elif name == f"{SECONDS}_sum":
            sums[labels] = value
    for view in sorted(buckets):
        total = 0.0
        bounds = {bound for _at, bound, _value in buckets[view]}
        # A bucket without answers of its own was never written. Prometheus needs the last one.
        rows = buckets[view] + ([] if "+Inf" in bounds else [(inf, "+Inf", 0.0)])
        for _at, bound, value in sorted(rows):
            total += value
            yield _line(f"{SECONDS}_bucket", f'{view},le="{bound}"', total)
        yield _line(f"{SECONDS}_sum", view, sums.get(view, 0.0))
        yield _line(f"{SECONDS}_count", view, total)


def measured(state: State) -> Iterator[str]:
    """How things are now: one number, or one for each label."""
    for name, words, value in numbers_of(state):
        yield from _head(name, "gauge", words)
        if isinstance(value, dict):
            yield from (_line(name, labels, number) for labels, number in value.items())
        else:
            yield _line(name, "", value)


def numbers_of(state: State) -> Iterator[tuple[str, str, float | dict[str, float]]]:
    webs = [row for row in state.of_kind(Heartbeat.Kind.WEB) if row.is_alive]
    yield "colophon_web_processes", "Web processes that live.", len(webs)
    for name in ("pages", "bytes"):
        of_all = sum(int(row.figures.get(name, 0)) for row in webs)
        yield f"colophon_page_cache_{name}", f"Kept {name} of all processes.", of_all
    hearing = sum(bool(row.figures.get("listening")) for row in webs)
    yield "colophon_change_feed_listening", "Web processes that hear of changes.", hearing
    yield (
        "colophon_worker_heartbeat_age_seconds",
        "Since the last sign of each worker.",
        {
            f'worker="{row.name}"': state.age(row.seen_at)
            for row in state.of_kind(Heartbeat.Kind.WORKER)
        },
    )
    yield "colophon_tasks_waiting", "Background tasks in the queue.", state.queued
    yield (
        "colophon_tasks_oldest_age_seconds",
        "Of the task that waits longest.",
        state.age(state.queued_since),
    )
    labelled = {f'kind="{owed.kind}"': owed for owed in state.owed}
    for name, words, of in (
        ("due", "Mails that are due.", lambda owed: owed.due),
        ("age_seconds", "Of the mail that is due longest.", lambda owed: state.age(owed.oldest)),
        ("failing", "Mails that failed three times or more.", lambda owed: owed.failing),
    ):
        numbers = {label: of(owed) for label, owed in labelled.items()}
        yield f"colophon_owed_mail_{name}", words, numbers
    yield "colophon_issues_sending", "Issues of the newsletter that are being sent.", state.sending
    yield "colophon_issue_mails_waiting", "Their mails to go, about.", state.mails_waiting
    yield "colophon_moderation_waiting", "Comments in the moderation queue.", state.moderation
    yield (
        "colophon_moderation_age_seconds",
        "Of the comment that waits longest.",
        state.age(state.moderation_since),
    )
    for kind, since in (("step", state.step_due), ("issue", state.issue_due)):
        words = f"How late the oldest scheduled {kind} is."
        yield f"colophon_scheduled_{kind}_late_seconds", words, state.age(since)
    yield from numbers_of_machine(state)


def numbers_of_machine(state: State) -> Iterator[tuple[str, str, float | dict[str, float]]]:
    database = state.database
    yield "colophon_database_connections", "Open ones.", database["connections"]
    yield (
        "colophon_database_connections_max",
        "The most there may be.",
        database["most_connections"],
    )
    yield "colophon_database_bytes", "Size of the database.", database["bytes"]
    for name in ("free", "total"):
        numbers = {f'folder="{disk.folder}"': float(getattr(disk, name)) for disk in state.disks}
        yield f"colophon_disk_{name}_bytes", f"Bytes {name} on the disk of a folder.", numbers
    for name, told in (("", state.backup), ("_verified", state.verified)):
        if told is not None:
            yield f"colophon_backup{name}_ok", "Whether the last one was good.", int(told.ok)
            yield f"colophon_backup{name}_age_seconds", "Since then.", state.age(told.at)
    yield from numbers_of_others(state)
    yield "colophon_failed_log_ins", "Wrong log-ins within the last hour.", state.failed_log_ins
    open_kinds = set(Incident.objects.open().values_list("kind", flat=True))
    incidents = {f'kind="{kind}"': float(kind in open_kinds) for kind in Incident.Kind.values}
    yield "colophon_incident", "1 while an incident of the kind is open.", incidents


def numbers_of_others(state: State) -> Iterator[tuple[str, str, float | dict[str, float]]]:
    """Of the CDN and the certificate, if there is one that is looked at."""
    if (cdn := state.cdn) is not None:
        yield "colophon_cdn_purges_waiting", "Purges that wait for the CDN.", cdn.waiting
        yield (
            "colophon_cdn_purges_oldest_age_seconds",
            "Of the purge that waits longest.",
            state.age(cdn.waiting_since),
        )
        yield "colophon_cdn_failing", "1 while the CDN refuses purges.", bool(cdn.failing_since)
        for name, at in (("success", cdn.succeeded_at), ("failure", cdn.failed_at)):
            if at is not None:
                words = f"Since the last {name} of a purge."
                yield f"colophon_cdn_last_{name}_age_seconds", words, state.age(at)
    if state.certificate is not None and state.certificate.ends_at is not None:
        yield (
            "colophon_certificate_left_seconds",
            "Until the certificate ends.",
            (state.certificate.ends_at - state.at).total_seconds(),
        )


def _head(name: str, kind: str, words: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: str, value: float) -> str:
    number = f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{name}{{{labels}}} {number}" if labels else f"{name} {number}"
