"""What is wrong enough for a mail: found, begun once, ended once."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.watching.state import State, read_state
from config.web.mail import messages as mail
from config.web.mail.wanted_mail import language_of
from config.web.site import public_url
from config.web.watching.rows import SILENT_AFTER, Heartbeat, Incident

MAY_READ = "web.view_incident"
LEAST_FREE = 0.1
MOST_FAILING = 3  # mails that fail again and again: fewer are wrong addresses
# How late something may be before it is an incident.
LATE_STEP = timedelta(minutes=1)
LATE_TASK = timedelta(minutes=5)
LATE_MAIL = timedelta(minutes=15)
LATE_PURGE = timedelta(minutes=5)


def problems_of(state: State) -> dict[str, str]:
    """What is wrong, by kind of incident, with what is known of it."""
    found = {
        Incident.Kind.WORKER: silent_worker(state),
        Incident.Kind.LATE: late_work(state),
        Incident.Kind.MAIL: refused_mail(state),
        Incident.Kind.BACKUP: bad_backup(state),
        Incident.Kind.DISK: full_disk(state),
        Incident.Kind.CERTIFICATE: bad_certificate(state),
        Incident.Kind.CDN: deaf_cdn(state),
    }
    return {kind.value: detail for kind, detail in found.items() if detail}


def silent_worker(state: State) -> str:
    workers = state.of_kind(Heartbeat.Kind.WORKER)
    if any(row.is_alive for row in workers):
        return ""
    if workers:
        last = max(row.seen_at for row in workers)
        return _("The last sign was at %(time)s.") % {"time": f"{last:%Y-%m-%d %H:%M} UTC"}
    # Not at the first start, when web processes and worker begin together.
    begun = [row.started_at for row in state.of_kind(Heartbeat.Kind.WEB)]
    if begun and state.at - min(begun) > SILENT_AFTER:
        return _("None has run since this site was started.")
    return ""


def late_work(state: State) -> str:
    late = []
    if state.age(state.step_due) > LATE_STEP.total_seconds():
        late.append(_("a scheduled step of an article"))
    if state.age(state.issue_due) > LATE_TASK.total_seconds():
        late.append(_("an issue of the newsletter"))
    if state.age(state.queued_since) > LATE_TASK.total_seconds():
        late.append(_("background tasks"))
    oldest = min((owed.oldest for owed in state.owed if owed.oldest), default=None)
    if state.age(oldest) > LATE_MAIL.total_seconds():
        late.append(_("emails"))
    return _("Late: %(what)s") % {"what": ", ".join(late)} if late else ""


def refused_mail(state: State) -> str:
    failing = sum(owed.failing for owed in state.owed)
    if failing < MOST_FAILING:
        return ""
    return ngettext(
        "%(number)s email keeps failing.", "%(number)s emails keep failing.", failing
    ) % {"number": failing}


def bad_backup(state: State) -> str:
    """Nothing is said of a site that never had one: its health page asks for it."""
    if state.backup is None or not settings.BACKUP_HOURS:
        return ""
    for told in (state.backup, state.verified):
        if told is not None and not told.ok:
            return _("The last one failed: %(error)s") % {"error": told.error or "?"}
    if state.age(state.backup.at) > settings.BACKUP_HOURS * 3600:
        return _("The last one was made at %(time)s.") % {
            "time": f"{state.backup.at:%Y-%m-%d %H:%M} UTC"
        }
    return ""


def full_disk(state: State) -> str:
    full = [disk for disk in state.disks if disk.free_share < LEAST_FREE]
    return ", ".join(
        _("%(free)s of %(total)s are free for “%(folder)s”.")
        % {
            "free": filesizeformat(disk.free),
            "total": filesizeformat(disk.total),
            "folder": disk.folder,
        }
        for disk in full
    )


def bad_certificate(state: State) -> str:
    """Nothing is said of one that could not be seen: its line on the health page says why."""
    seen = state.certificate
    if seen is None:
        return ""
    if seen.refused:
        return _("Browsers do not accept it: %(why)s") % {"why": seen.refused}
    if seen.ends_at and seen.ends_at - state.at < timedelta(days=settings.CERTIFICATE_ALARM_DAYS):
        return _("It ends at %(time)s.") % {"time": f"{seen.ends_at:%Y-%m-%d %H:%M} UTC"}
    return ""


def deaf_cdn(state: State) -> str:
    cdn = state.cdn
    if cdn is None or state.age(cdn.waiting_since) < LATE_PURGE.total_seconds():
        return ""
    since = f"{cdn.waiting_since:%Y-%m-%d %H:%M} UTC"
    if cdn.failing_since:
        return _("Purges have failed since %(time)s: %(error)s") % {
            "time": since,
            "error": cdn.error,
        }
    return _("Purges have waited since %(time)s.") % {"time": since}


@transaction.atomic
def look_for_incidents() -> None:
    """Begin and end incidents. Of several processes that look at once, one does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('watching.incidents'))")
        if not cursor.fetchone()[0]:
            return
    problems = problems_of(read_state())
    for kind in Incident.Kind.values:
        if kind in problems:
            Incident.begin(kind, problems[kind])
        else:
            Incident.end(kind)


def look_from_web() -> None:
    """A web process looks, too, and tells when no worker is there to do it."""
    look_for_incidents()
    if not Heartbeat.objects.alive().filter(kind=Heartbeat.Kind.WORKER).exists():
        send_incident_mails()


def send_incident_mails() -> None:
    """Send the mails that incidents owe. Safe in several processes at once."""
    Incident.objects.deliver_due_mail(tell_of)


def tell_of(incident: Incident) -> None:
    """Tell all who may read the health page, in their languages."""
    people = get_user_model().objects.with_perm(
        MAY_READ, backend="django.contrib.auth.backends.ModelBackend"
    )
    for person in people.exclude(email=""):
        with translation.override(language_of(person)):
            mail.send(
                "watching_incident",
                to=person.email,
                context={"incident": incident, "url": public_url("admin:health")},
                occasion=["incident", incident.pk, incident.began_at, incident.ended_at],
            )
