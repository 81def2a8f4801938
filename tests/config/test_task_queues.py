"""Tasks on RQ and on Celery, with a real Redis: a mail gets to its end, and nothing is lost while Redis is away."""

import sys

import pytest

from comments.models import Notice
from config import growth_settings
from tests import factories
from tests.comments.sending import send
from tests.config import programs
from tests.ports import own_port
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.real_clock]

WORKERS = {
    "rq": programs.manage("rqworker", "--job-class", "django_tasks_rq.Job", "default"),
    "celery": [sys.executable, "-m", "celery", "-A", "config.celery_app", "worker", "--pool=solo"],
}


@pytest.fixture
def port():
    programs.program("redis-server", "redis-server")
    with own_port() as port:
        yield port


@pytest.fixture(params=sorted(WORKERS))
def backend(request, port, settings, monkeypatch):
    """The web process: its tasks go to a Redis at the port, which does not run yet."""
    address = f"redis://127.0.0.1:{port}/0"
    settings.REDIS_URL = address
    settings.RQ_QUEUES = {"default": growth_settings.rq_queue(address)}
    settings.TASKS = {"default": growth_settings.task_backend(request.param, address)}
    if request.param == "rq":
        from django_rq import settings as of_rq

        monkeypatch.setitem(of_rq.QUEUES, "default", settings.RQ_QUEUES["default"])
    else:
        from config.celery_app import app

        app.conf.update(growth_settings.celery_settings(address))
        yield request.param
        app.amqp.producer_pool.force_close_all()
        app.pool.force_close_all()
        return
    yield request.param


def mails(folder):
    return sorted(path.read_text() for path in folder.glob("mail/*.eml"))


def test_mail_gets_to_its_end_and_outlives_a_redis_that_is_away(client, backend, port, tmp_path):
    article = factories.published_article()

    sent = send(client, article, email="early@example.org", wants_mail="on")
    assert sent.status_code == 303
    assert Notice.objects.get().mail_due_at

    with programs.redis(port) as address:
        send(client, article, email="late@example.org", body="Another.", wants_mail="on")
        factories.subscriber("pending", email="reader@example.org").confirm()
        environment = {
            "DATABASE_URL": programs.direct_url(), "VAR_DIR": tmp_path, "MAIL_URL": "files",
            "TASKS_BACKEND": backend, "REDIS_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        with programs.running(*WORKERS[backend], **environment):
            wait_until(lambda: len(mails(tmp_path)) >= 3, 300)

    to = [next(line for line in mail.splitlines() if line.startswith("To:")) for mail in mails(tmp_path)]  # fmt: skip
    assert sorted(to) == ["To: early@example.org", "To: late@example.org", "To: reader@example.org"]


@pytest.mark.parametrize("backend", ["rq", "celery"])
def test_queue_without_redis_is_refused_by_name(backend):
    with pytest.raises(Exception, match="REDIS_URL is not set"):
        growth_settings.task_backend(backend, "")
