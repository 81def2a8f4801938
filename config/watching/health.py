"""The health page of the desk: how the site is, in words, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from config.watching.certificate import Certificate
from config.watching.incidents import MAY_READ, problems_of
from config.watching.state import Cdn, State, read_state
from config.web.requests.client_address import passed_unknown_proxy
from config.web.watching.rows import Heartbeat, Incident, MetricCount

INCIDENTS = 20
GOOD, LOOK, BAD = "good", "look", "bad"
WORDS = {
    GOOD: gettext_lazy("In order"),
    LOOK: gettext_lazy("Needs attention"),
    BAD: gettext_lazy("Act now"),
}


@dataclass(frozen=True)
class Line:
    """One thing that is looked at. `advice` says what to do; it is empty when all is well."""

    title: str
    light: str
    value: str
    advice: str = ""

    @property
    def word(self) -> str:
        return str(WORDS[self.light])


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For people with the right to see incidents: administrators have it."""
    if not request.user.has_perm(MAY_READ):
        raise PermissionDenied
    state = read_state()
    lines = lines_of(state)
    if passed_unknown_proxy(request):
        lines.append(_unknown_proxy())
    lights = [line.light for line in lines]
    worst = next(light for light in (BAD, LOOK, GOOD) if light in lights)
    context = {
        **admin.site.each_context(request),
        "title": _("Health of the site"),
        "light": worst,
        "word": WORDS[worst],
        "lines": sorted(lines, key=lambda line: (BAD, LOOK, GOOD).index(line.light)),
        "owed": [owed for owed in state.owed if owed.due or owed.failing],
        "processes": state.heartbeats,
        "incidents": list(Incident.objects.all()[:INCIDENTS]),
        "read_at": state.at,
    }
    return TemplateResponse(request, "admin/watching/health.html", context)


def lines_of(state: State) -> list[Line]:
    """All that the page shows. What is an incident is red here, too."""
    problems = problems_of(state)
    return [
        *alarms(state, problems),
        *queues(state),
        *readers(state),
        database_line(state),
        log_ins_line(state),
    ]


def _unknown_proxy() -> Line:
    advice = _(
        "Set TRUSTED_PROXIES to the number of your proxies. Until then all readers behind them"
        " share the limits of one."
    )
    return Line(
        _("Proxy"), LOOK, _("This page came through a proxy that no setting names."), advice
    )


def alarms(state: State, problems: dict[str, str]) -> Iterator[Line]:
    kind = Incident.Kind
    workers = [row for row in state.of_kind(Heartbeat.Kind.WORKER) if row.is_alive]
    yield _line(
        _("Workers"),
        problems.get(kind.WORKER),
        LOOK if not workers else GOOD,
        _("Running: %(number)s") % {"number": len(workers)},
        _("Start one: manage.py worker. Without it no mail goes out and nothing is cleared away."),
    )
    yield _line(
        _("Work that is due"),
        problems.get(kind.LATE),
        GOOD,
        _("Nothing is late."),
        _("See whether a worker runs and what its log says."),
    )
    failing = sum(owed.failing for owed in state.owed)
    yield _line(
        _("Mail server"),
        problems.get(kind.MAIL),
        LOOK if failing else GOOD,
        _("Emails that keep failing: %(number)s") % {"number": failing},
        _("Look for “mail of” in the worker's log: it has the server's answer. Check MAIL_URL."),
    )
    yield backup_line(state, problems.get(kind.BACKUP))
    if state.certificate is not None:
        yield certificate_line(state.certificate, problems.get(kind.CERTIFICATE))
    if state.cdn is not None:
        yield cdn_line(state.cdn, problems.get(kind.CDN))
    yield _line(
        _("Disk"),
        problems.get(kind.DISK),
        GOOD,
        ", ".join(
            _("%(folder)s: %(free)s free") % {"folder": d.folder, "free": filesizeformat(d.free)}
            for d in state.disks
        ),
        _("Make room or give it a larger disk: uploads and the database stop when it is full."),
    )


def backup_line(state: State, problem: str | None) -> Line:
    advice = _("Run manage.py backup every day, and see what it says.")
    if state.backup is None:
        return Line(_("Backup"), LOOK, _("None is known."), advice)
    made = _("%(time)s, %(size)s") % {
        "time": date_format(localtime(state.backup.at), "SHORT_DATETIME_FORMAT"),
        "size": filesizeformat(state.backup.bytes),
    }
    return _line(_("Backup"), problem, GOOD, made, advice)


def certificate_line(seen: Certificate, problem: str | None) -> Line:
    advice = _("See why it was not renewed: “certbot renew --dry-run” says it.")
    if seen.ends_at is None or seen.error:
        reason = seen.error or _("Nobody has looked yet.")
        said = _("It could not be looked at: %(why)s") % {"why": reason}
        return _line(_("Certificate"), problem, LOOK, said, advice)
    ends_at = date_format(localtime(seen.ends_at), "SHORT_DATETIME_FORMAT")
    return _line(
        _("Certificate"), problem, GOOD, _("Good until %(time)s") % {"time": ends_at}, advice
    )


def cdn_line(cdn: Cdn, problem: str | None) -> Line:
    last = [
        words % {"time": date_format(localtime(at), "SHORT_DATETIME_FORMAT")}
        for words, at in (
            (_("last purge at %(time)s"), cdn.succeeded_at),
            (_("last failure at %(time)s"), cdn.failed_at),
        )
        if at
    ]
    return _line(
        _("CDN"),
        problem,
        LOOK if cdn.failing_since else GOOD,
        ", ".join([_waiting(cdn.waiting, cdn.waiting_since), *last]),
        _("Check CDN_PURGE_URL and CDN_PURGE_KEY, and whether a worker runs."),
    )


def queues(state: State) -> Iterator[Line]:
    yield Line(
        _("Background tasks"),
        GOOD,
        _waiting(state.queued, state.queued_since),
    )
    due = sum(owed.due for owed in state.owed)
    oldest = min((owed.oldest for owed in state.owed if owed.oldest), default=None)
    yield Line(_("Emails to be sent"), GOOD, _waiting(due, oldest))
    sending = _("Being sent: %(issues)s, emails to be sent: %(emails)s") % {
        "issues": state.sending,
        "emails": number_format(state.mails_waiting),
    }
    yield Line(_("Newsletter"), GOOD, sending)
    yield Line(_("Moderation queue"), GOOD, _waiting(state.moderation, state.moderation_since))


def readers(state: State) -> Iterator[Line]:
    webs = [row for row in state.of_kind(Heartbeat.Kind.WEB) if row.is_alive]
    deaf = [row for row in webs if not row.figures.get("listening")]
    yield Line(
        _("Web processes"),
        LOOK if deaf else GOOD,
        _("Running: %(number)s, hearing of changes: %(hearing)s")
        % {"number": len(webs), "hearing": len(webs) - len(deaf)},
        _("A process that hears nothing keeps no pages. See CHANGE_FEED_URL.") if deaf else "",
    )
    places = len({row.figures.get("media") for row in webs} - {None, ""})
    if places > 1:
        yield Line(
            _("Pictures"),
            BAD,
            _("The web processes keep them in different places: %(number)s") % {"number": places},
            _("Set MEDIA_S3_URL, or share the folder of media between the machines."),
        )
    names = [
        f"colophon_page_cache_{name}_total" for name in ("hits", "shared_hits", "misses", "passed")
    ]
    counts = dict(MetricCount.objects.filter(name__in=names).values_list("name", "value"))
    hits, all_of_them = sum(counts.get(name, 0) for name in names[:2]), sum(counts.values())
    kept = filesizeformat(sum(int(row.figures.get("bytes", 0)) for row in webs))
    share = round(100 * hits / all_of_them) if all_of_them else 0
    yield Line(
        _("Page cache"),
        GOOD,
        _("%(share)s %% of all requests got a kept page; %(size)s are kept")
        % {"share": share, "size": kept},
    )
    yield from answers()


def answers() -> Iterator[Line]:
    """What views answered since numbers are kept, and pages that changed at a time."""
    view_answers = Q(name="colophon_requests_total")
    told = MetricCount.objects.aggregate(
        all=Sum("value", filter=view_answers, default=0.0),
        errors=Sum("value", filter=view_answers & Q(labels__contains='status="5'), default=0.0),
        seconds=Sum("value", filter=Q(name="colophon_request_seconds_sum"), default=0.0),
        times=Sum("value", filter=Q(name="colophon_deadlines_total"), default=0.0),
        late=Sum("value", filter=Q(name="colophon_deadlines_late_seconds_total"), default=0.0),
    )
    words = {
        "number": number_format(int(told["all"])),
        "errors": number_format(int(told["errors"])),
        "ms": number_format(round(1000 * told["seconds"] / max(told["all"], 1))),
    }
    yield Line(
        _("Requests"),
        GOOD,
        _("Pages made: %(number)s, of them errors: %(errors)s; %(ms)s ms each") % words,
    )
    late = number_format(told["late"] / max(told["times"], 1), 1)
    yield Line(
        _("Pages that change at a time"),
        GOOD,
        _("Changes: %(number)s, late by %(seconds)s seconds each")
        % {"number": number_format(int(told["times"])), "seconds": late},
    )


def database_line(state: State) -> Line:
    used, most = state.database["connections"], state.database["most_connections"]
    is_near = used > 0.8 * most
    return Line(
        _("Database"),
        LOOK if is_near else GOOD,
        _("%(size)s, connections: %(used)s of %(most)s")
        % {"size": filesizeformat(state.database["bytes"]), "used": used, "most": most},
        _("Fewer processes or threads, a larger max_connections, or a pooler.") if is_near else "",
    )


def log_ins_line(state: State) -> Line:
    many = state.failed_log_ins >= 100
    return Line(
        _("Failed log-ins"),
        LOOK if many else GOOD,
        _("Within the last hour: %(number)s") % {"number": state.failed_log_ins},
        _("Someone is guessing passwords. The audit log has the networks.") if many else "",
    )


def _line(title: str, problem: str | None, light: str, value: str, advice: str) -> Line:
    """Red with the problem's words, or `light` with the value."""
    if problem:
        return Line(title, BAD, problem, advice)
    return Line(title, light, value, advice if light != GOOD else "")


def _waiting(number: int, since: datetime | None) -> str:
    if not number:
        return _("None waits.")
    words = {"number": number_format(number), "time": timesince(since or localtime())}
    return _("Waiting: %(number)s, the longest for %(time)s") % words
