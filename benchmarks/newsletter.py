"""How fast an issue goes out: `uv run python benchmarks/newsletter.py [--subscribers 100000] [--kills 20]`.

To a sink on this computer. Prints mails a second, CPU a mail and memory of two workers, and the ratio to Django's own way
in the same run. With `--kills` workers are killed again and again instead, PostgreSQL is restarted twice, and the copies
are counted. So they are with `--pauses`, in which the issue is paused so often, and `--dot`, the seconds to each answer.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import tables
from processes import cpu_seconds, memory, process, wait_for
from scratch_site import CORES, ROOT, environment, say, scratch_folder

from config.running.child_processes import stop_with_parent
from config.running.embedded_database import EmbeddedDatabase
from tests.newsletter.smtp_sink import Sink, running

WORKERS, CONNECTIONS = 2, 8
OWN_WAY = 300  # mails
SUBJECT = "What we learned about sleep – the week"


def main(subscribers: int, folder: Path) -> None:
    with site(folder) as (server, _keeper):
        port_file = folder / "sink-port"
        port_file.unlink(missing_ok=True)
        with process("-m", "tests.newsletter.smtp_sink", str(port_file)) as sink:
            port = int(wait_for(lambda: port_file.exists() and port_file.read_text()))
            use_sink(port)
            fill(subscribers)
            own_rate, own_cpu = djangos_own_way()
            issue, seconds_to_start = start_issue()
            with contextlib.ExitStack() as stack:
                workers = [stack.enter_context(worker()) for _number in range(WORKERS)]
                others = {"PostgreSQL": postmaster(server), "that mail server": sink.pid}
                rate, cpu, others_cpu, sizes = watch(issue, subscribers, workers, others)
    shown = tables.table(
        ["", "Django's own way", "Colophon", "ratio"],
        [
            ["mails a second", f"{own_rate:,.0f}", f"{rate:,.0f}", f"{rate / own_rate:.1f}"],
            [
                "CPU a mail, ms",
                f"{own_cpu * 1000:.2f}",
                f"{cpu * 1000:.2f}",
                f"{own_cpu / cpu:.1f}",
            ],
            *[[f"… of {name}", "", f"{s * 1000:.2f}", ""] for name, s in others_cpu.items()],
            ["start of the issue, s", "", f"{seconds_to_start:.2f}", ""],
            ["memory of a worker, MB, at 10 % and at the end", "", " and ".join(sizes), ""],
        ],
    )
    say(shown)
    tables.keep("newsletter", shown)


@contextlib.contextmanager
def site(folder: Path) -> Iterator[tuple]:
    """Django in this process on a migrated, durable database."""
    server = EmbeddedDatabase(folder / "postgresql")
    with server.running() as keeper:
        os.environ |= environment(folder, server.url)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield server, keeper


def use_sink(port: int) -> None:
    """For this process and for workers that are started from now on."""
    from django.conf import settings

    os.environ["MAIL_URL"] = f"smtp+plain://127.0.0.1:{port}"
    os.environ["NEWSLETTER_CONNECTIONS"] = str(CONNECTIONS)
    options = {"host": "127.0.0.1", "port": port, "timeout": 15}
    mailer = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    settings.MAILERS = {"default": mailer, "bulk": mailer}


def fill(subscribers: int) -> None:
    from django.utils import timezone

    from newsletter.models import Issue, Subscriber

    Issue.objects.all().delete()
    Subscriber.objects.all().delete()
    now = timezone.now()
    for start in range(0, subscribers, 10_000):
        Subscriber.objects.bulk_create(
            Subscriber(
                email=f"reader{number}@mailbox{number % 50}.example", status="confirmed", requested_at=now,
                confirmed_at=now, consent_wording="We send you our newsletter.",
            )
            for number in range(start, min(start + 10_000, subscribers))
        )  # fmt: skip
    say(f"{subscribers:,} subscribers")


WORDS = "Half a night’s sleep is no small thing, as Größe and Maß tell us. " * 8


def blocks_of(issue) -> list:
    """The blocks of a usual issue: headings, texts, buttons."""
    from newsletter.models import Block

    texts = {"heading": "Sleep well", "text": WORDS[:500], "button": "Read on"}
    urls = {"button": "https://magazine.example/articles/sleep/"}
    return [
        Block(issue=issue, position=position, kind=kind, text=texts[kind], url=urls.get(kind, ""))
        for position, kind in enumerate(list(texts) * 4)
    ]


def start_issue():
    """An issue that has been started, and the seconds that its start took."""
    from newsletter.models import Block, Issue
    from newsletter.sending.rendering import render_body

    issue = Issue.objects.create(subject=SUBJECT, intro=WORDS)
    Block.objects.bulk_create(blocks_of(issue))
    body = render_body(issue)
    return issue, timed(lambda: issue.start(by=None, body=body))


def djangos_own_way() -> tuple[float, float]:
    """Mails a second, and CPU a mail, of a template and EmailMultiAlternatives for each subscriber on one connection."""
    from django.core.mail import EmailMultiAlternatives, mailers
    from django.template.loader import render_to_string

    from newsletter import links
    from newsletter.models import Issue, Subscriber

    issue = Issue(subject=SUBJECT, intro=WORDS)
    blocks = [{"block": block, "kind": block.kind, "url": block.url} for block in blocks_of(issue)]
    mailer = mailers["bulk"]
    mailer.open()
    begin, cpu = time.perf_counter(), time.process_time()
    for subscriber in Subscriber.objects.confirmed()[:OWN_WAY]:
        context = {
            "site_name": "Colophon", "site_url": "http://testserver", "issue": issue, "blocks": blocks,
            "unsubscribe_url": links.unsubscribe_url(subscriber),
        }  # fmt: skip
        mail = EmailMultiAlternatives(
            issue.subject, render_to_string("emails/issue.txt", context), to=[subscriber.email],
            headers={"List-Unsubscribe": f"<{links.one_click_url(subscriber)}>"},
        )  # fmt: skip
        mail.attach_alternative(render_to_string("emails/issue.html", context), "text/html")
        mailer.send_messages([mail])
    mailer.close()
    return OWN_WAY / (time.perf_counter() - begin), (time.process_time() - cpu) / OWN_WAY


def watch(issue, subscribers: int, workers: list, others: dict[str, int]):
    """Between the first tenth and the end: mails a second, CPU a mail, that of others, and memory of a worker."""
    wait_for(lambda: sent(issue) >= subscribers / 10)
    used = [cpu_seconds(pid) for pid in (*(one.pid for one in workers), *others.values())]
    begin, before, sizes = time.perf_counter(), sent(issue), [memory(workers[0])]
    wait_for(lambda: sent(issue) >= subscribers)
    seconds, number = time.perf_counter() - begin, subscribers - before
    for place, pid in enumerate((*(one.pid for one in workers), *others.values())):
        used[place] = (cpu_seconds(pid) - used[place]) / number
    own, rest = used[: len(workers)], used[len(workers) :]
    sizes.append(memory(workers[0]))
    return number / seconds, sum(own), dict(zip(others, rest, strict=True)), sizes


def sent(issue) -> int:
    return issue.deliveries.filter(status="sent").count()


# Pages of editors

FILL = """
    INSERT INTO newsletter_subscriber
        (email, status, requested_at, consent_wording, consent_page, confirmed_at, unsubscribed_at, mail_attempts, answered_at)
    SELECT 'reader' || n || '@mailbox' || n %% 50 || '.example',
        (ARRAY['confirmed', 'confirmed', 'confirmed', 'confirmed', 'unsubscribed'])[1 + n %% 5],
        now() - n * interval '30 seconds', 'We send you our newsletter.', '/newsletter/', now() - n * interval '30 seconds',
        CASE WHEN n %% 5 = 4 THEN now() - n * interval '20 seconds' END, 0, ARRAY[]::timestamptz[]
    FROM generate_series(1, %(number)s) AS n;
    INSERT INTO newsletter_consentevent (subscriber_id, kind, at, wording, page, detail)
    SELECT id, kind, confirmed_at, '', '', '' FROM newsletter_subscriber, unnest(ARRAY['asked', 'confirmed']) AS kind
"""
SEND = """
    UPDATE newsletter_delivery SET status = 'sent', begun_at = now(), answered_at = now(), attempts = 1 WHERE id %% 100 > 0;
    INSERT INTO newsletter_mailevent (key, delivery_id, issue_id, kind, status, answer, at)
    SELECT 'event ' || id, id, issue_id, (ARRAY['hard', 'soft', 'complaint'])[1 + id %% 3], '5.1.1', '', now()
    FROM newsletter_delivery WHERE id %% 50 = 1;
    INSERT INTO newsletter_consentevent (subscriber_id, kind, at, wording, page, detail)
    SELECT subscriber_id, 'left', now(), '', '', '' FROM newsletter_delivery WHERE id %% 200 = 7
"""


def measure_pages(subscribers: int, folder: Path) -> None:
    """The start of an issue, and pages of the admin, with so many subscribers."""
    with site(folder):
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from django.test import Client

        from newsletter.tasks import count_subscribers

        call_command("collectstatic", verbosity=0, interactive=False)
        fill_quickly(subscribers)
        issue, seconds_to_start = start_issue()
        seconds = timed(lambda: list(iter(issue.fill, False)))
        say(f"its other deliveries, which workers make: {seconds:.1f} s")
        execute(SEND, {})
        issue.count()
        analyze()
        count_subscribers.call()
        client = Client()
        root = {"username": "bench", "is_superuser": True, "is_staff": True}
        client.force_login(User.objects.get_or_create(**root)[0])
        rows = [["start of the issue", f"{seconds_to_start * 1000:,.0f}", "2,000"]]
        listed = "/admin/newsletter/subscriber/"
        pages = {
            "subscribers": listed,
            "subscribers, filtered": f"{listed}?status__exact=confirmed",
            "subscribers, searched": f"{listed}?q=reader77",
            "issue": f"/admin/newsletter/issue/{issue.pk}/change/",
            "issues": "/admin/newsletter/issue/",
            "growth": f"{listed}growth/",
        }
        for name, path in pages.items():
            rows.append([name, f"{median_of(client, path) * 1000:,.0f}", "100"])
    say(shown := tables.table([f"with {subscribers:,} subscribers", "ms", "wanted"], rows))
    tables.keep("newsletter-pages", shown)


def fill_quickly(subscribers: int) -> None:
    from newsletter.models import Subscriber

    execute("TRUNCATE newsletter_issue CASCADE", {})  # Django would load its deliveries
    if Subscriber.objects.count() != subscribers:
        execute("TRUNCATE newsletter_subscriber CASCADE", {})
        execute(FILL, {"number": subscribers})
    analyze()
    say(f"{subscribers:,} subscribers")


def execute(statements: str, values: dict) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements.split(";\n"):
            cursor.execute(statement, values)


def analyze() -> None:
    for table in ("subscriber", "delivery", "consentevent", "mailevent"):
        execute(f"VACUUM ANALYZE newsletter_{table}", {})


def median_of(client, path: str) -> float:
    """Seconds of the middle one of five answers, after one that is not counted."""
    if client.get(path).status_code != 200:
        raise SystemExit(f"{path} does not answer")
    return sorted(timed(lambda: client.get(path)) for _time in range(5))[2]


def timed(act) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


# Kills


def kill_again_and_again(subscribers: int, kills: int, folder: Path) -> None:
    dice = random.Random(5)  # noqa: S311 - of no consequence
    sink = Sink()
    with site(folder) as (server, keeper), running(sink):
        use_sink(sink.port)
        fill(subscribers)
        issue, _seconds = start_issue()
        workers = [start_worker() for _number in range(WORKERS)]
        for number in range(kills):
            share = subscribers * (number + 1) / (kills + 1)
            wait_for(lambda share=share: sink.count >= share * 0.9)
            victim = dice.randrange(WORKERS)
            workers[victim].kill()
            workers[victim].wait()
            workers[victim] = start_worker()
            if number in (kills // 3, 2 * kills // 3):
                restart(server, keeper)
        wait_for(lambda: finished(issue))
        for process in workers:
            process.terminate()
            process.wait(60)
        say(f"{kills} kills")
        report(issue, sink, subscribers, most=(kills + 2) * CONNECTIONS * WORKERS)


def pause_again_and_again(subscribers: int, pauses: int, dot: float, folder: Path) -> None:
    """Two workers that live, a pause now and then, and a server that takes its time."""
    sink = Sink(delay=dot)
    with site(folder), running(sink), contextlib.ExitStack() as stack:
        use_sink(sink.port)
        fill(subscribers)
        issue, _seconds = start_issue()
        for _number in range(WORKERS):
            stack.enter_context(worker())
        for number in range(pauses):
            share = subscribers * (number + 1) / (pauses + 1)
            wait_for(lambda share=share: sink.count >= share)
            issue.pause(by=None)
            time.sleep(0.3)
            held = sink.count
            time.sleep(0.3)
            if sink.count != held:
                raise SystemExit("a mail went out in a pause")
            issue.resume(by=None)
        wait_for(lambda: finished(issue))
        say(f"{pauses} pauses, {dot:.0f} s for each answer")
        report(issue, sink, subscribers, most=0)


def restart(server: EmbeddedDatabase, keeper) -> None:
    """As a crash: the server ends without a word to anybody, and comes up again."""
    from django.db import connections

    os.kill(postmaster(server), signal.SIGQUIT)
    connections.close_all()
    wait_for(lambda: not keeper.is_up())
    keeper.bring_up()
    say("PostgreSQL was killed and came up again")


def postmaster(server: EmbeddedDatabase) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def finished(issue) -> bool:
    issue.refresh_from_db()
    return issue.status == "sent"


def report(issue, sink: Sink, subscribers: int, *, most: int) -> None:
    copies = Counter(recipient for _sender, recipient in sink.envelopes)
    ids = Counter(sink.ids)
    lost = subscribers - len(copies)
    double = sum(number - 1 for number in copies.values())
    say(f"{subscribers:,} subscribers: {lost} lost, {double} duplicates, "
        f"{len(ids):,} message ids, {issue.counts.get('resent')} resent")  # fmt: skip
    if lost or double > most or len(ids) != len(copies):
        raise SystemExit("not every subscriber has one copy")


# Processes


def start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=os.environ.copy(), stdin=subprocess.DEVNULL,
        preexec_fn=stop_with_parent(signal.SIGTERM),
    )  # fmt: skip


@contextlib.contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    process = start_worker()
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=0, help="kill workers so often instead")
    parser.add_argument("--pauses", type=int, default=0, help="pause the issue so often instead")
    parser.add_argument("--dot", type=float, default=0, help="seconds of the server for each mail")
    parser.add_argument("--admin", action="store_true", help="measure pages of the admin instead")
    parser.add_argument("--folder", default="", help="kept for the next time")
    given = parser.parse_args()
    os.sched_setaffinity(0, set(CORES))
    with scratch_folder(given.folder) as place:
        if given.admin:
            measure_pages(given.subscribers, place)
        elif given.kills:
            kill_again_and_again(given.subscribers, given.kills, place)
        elif given.pauses or given.dot:
            pause_again_and_again(given.subscribers, given.pauses, given.dot, place)
        else:
            main(given.subscribers, place)
