# ruff: noqa: S607, T201 - a script talks to its caller
"""What happens when a part fails: `uv run python benchmarks/faults.py [--only NAME] [--seconds 300] [--folder …]`.

About twenty minutes.

nginx, two web processes, a worker, PostgreSQL and a mail server on loopback, with readers, commenters and subscribers
through nginx all the time. Each fault is made in turn, and it is noted what readers saw, what was lost of what had been
acknowledged, what is there twice, and how long it took until all was well again by itself. Needs nginx; as root also small
disks (tmpfs), and libfaketime for the clock. Writes the table of docs/reliability.md.
"""

import argparse
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fault_kinds as kinds
import tables
from fault_site import KEPT, Load, Site, wait_for
from scratch_site import scratch_folder

QUIET_SECONDS = 5  # without a failed answer
DISK_MB = {"postgresql": 700, "media": 24}
HEAD = ("fault", "readers and senders saw", "lost", "twice", "well again after")
# Under the load
FAULTS: tuple[kinds.Fault, ...] = (
    kinds.web_process_killed,
    kinds.gunicorn_killed,
    kinds.worker_killed,
    kinds.nginx_process_killed,
    kinds.database_process_killed,
    kinds.web_restarted_ten_times,
    kinds.postgresql_restarted,
    kinds.postgresql_killed,
    kinds.postgresql_away,
    kinds.postgresql_disk_full,
    kinds.media_disk_full,
    kinds.mail_refused,
    kinds.mail_slow,
    kinds.mail_hanging,
    kinds.mail_away,
    kinds.clock_ahead,
    kinds.clock_behind,
    kinds.slow_clients,
    kinds.slow_clients_without_nginx,
)
# With figures of their own
OTHERS: tuple[kinds.Fault, ...] = (kinds.burst, kinds.worker_frozen, kinds.two_restores)


def main(only: str, folder: Path) -> None:
    with ExitStack() as stack:
        for name, size in DISK_MB.items():
            stack.enter_context(small_disk(folder / name, size))
        site = Site(folder, stack)
        rows = [made(site, fault) for fault in (*FAULTS, *OTHERS) if only in fault.__name__]
    shown = tables.table(HEAD, rows)
    print(shown)
    if not only:
        tables.keep("faults", shown, page="reliability.md")


def made(site: Site, fault: kinds.Fault) -> list[str]:
    """The row of one fault. The next one begins when all is well."""
    name = (fault.__doc__ or "").strip().replace("20 s", f"{kinds.AWAY_SECONDS} s")
    print(f"{name} …", flush=True)
    row = [name, *(observed(site, fault) if fault in FAULTS else fault(site))]
    print("    " + " | ".join(row[1:]), flush=True)
    wait_for(lambda: site.nginx.ask("/ready").status == 200, 60)
    return row


def observed(site: Site, fault: kinds.Fault) -> list[str]:
    """One fault under the load: what was seen, and the time from its end until all answers are good."""
    load = Load(site)
    with load.going_on():
        # Each process keeps pages of its own; on a busy machine one may have been asked for none yet.
        for path in KEPT * 40:
            site.nginx.ask(path)
        fault(site)
        over = time.monotonic()
        time.sleep(QUIET_SECONDS)
        healed = wait_for(lambda: load.is_quiet(QUIET_SECONDS), 120)
    last = max((ended for _began, ended, *_rest in load.failed()), default=over)
    mailed = wait_for(load.mails_are_there, 200)
    mail = (
        f"mail {time.monotonic() - over:.0f} s"
        if mailed
        else f"{load.missing_mails()} mails missing"
    )
    lost, rows_twice = load.lost_and_doubled()
    mails_twice = sum(number - 1 for number in load.mails().values())
    well = f"{max(0.0, last - over):.1f} s" if healed else "not within 120 s"
    return [load.seen(), str(lost), f"{rows_twice} rows, {mails_twice} mails", f"{well}, {mail}"]


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        yield
        return
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder], check=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose function's name holds this")
    parser.add_argument(
        "--seconds", type=int, default=kinds.AWAY_SECONDS, help="how long faults last"
    )
    parser.add_argument("--folder", default="", help="kept for the next time")
    given = parser.parse_args()
    kinds.AWAY_SECONDS = given.seconds
    with scratch_folder(given.folder) as place:
        main(given.only, place)
