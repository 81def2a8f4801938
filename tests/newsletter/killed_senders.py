"""Two senders in processes of their own, of which one is killed again and again: `python -m tests.newsletter.killed_senders KILLS`.

Started by test_issue_kills.py with the database of the test. It ends when the issue is sent.
"""

import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402

from newsletter.models import Delivery, Issue, Subscriber  # noqa: E402
from newsletter.models import issue as issues  # noqa: E402
from newsletter.sending import claims, sender  # noqa: E402
from tests.waiting import wait_until  # noqa: E402

claims.LEASE = timedelta(seconds=10)  # on a busy machine a shorter one ends while its worker lives
claims.BATCH = 10
issues.FILL_BATCH = 20  # it is filled while it is sent
sender.POLL_SECONDS = 0.1


def start() -> int:
    connection.close()  # a connection is not shared with a child
    pid = os.fork()
    if pid == 0:
        sender.Sender().run()
    return pid


def main(kills: int) -> None:
    pids = [start(), start()]
    total = Subscriber.objects.count()
    for number in range(kills):
        # Killed while it is at work: somewhere between two marks.
        share = total * (number + 1) // (kills + 2)
        wait_until(lambda share=share: Delivery.objects.filter(status="sent").count() >= share)
        end(pids[number % 2])
        pids[number % 2] = start()
    wait_until(Issue.objects.filter(status="sent").exists)
    for pid in pids:
        end(pid)


def end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
