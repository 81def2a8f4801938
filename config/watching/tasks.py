from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from config.watching import certificate, incidents
from config.web.watching.rows import Heartbeat, Incident

INCIDENTS_KEPT_FOR = timedelta(days=365)


@task()
def beat() -> None:
    """Say that this worker runs. A task, so that it says so only while it takes tasks."""
    Heartbeat.beat("worker")


@task()
def look_at_certificate() -> None:
    certificate.look_at_certificate()


@task()
def look_for_incidents() -> None:
    incidents.look_for_incidents()


@task()
def send_incident_mails() -> None:
    incidents.send_incident_mails()


@task()
def forget_incidents() -> None:
    Incident.objects.filter(ended_at__lt=timezone.now() - INCIDENTS_KEPT_FOR).delete()
