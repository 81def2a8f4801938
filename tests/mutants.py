"""Mutation testing: change the code in small ways, one at a time, and see whether a test fails.

`uv run python -m tests.mutants [MODULE …] [--most 30] [--seed 1]` works in a copy of the repository and prints a table and
the changes that no test noticed. docs/quality.md tells what came of it.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cosmic_ray.commands import execute, init
from cosmic_ray.config import ConfigDict
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from config.running.embedded_database import EmbeddedDatabase

ROOT = Path(__file__).resolve().parents[1]
# Which tests answer for a module: names in tests/, without test_ and .py.
MODULES = {
    "config/web/text/characters.py": "config/text_fields config/control_characters comments/plain_text",
    "config/web/text/fields.py": "config/text_fields config/control_characters",
    "config/web/text/search_words.py": "config/search_words articles/search_signs",
    "config/web/text/addresses.py": "config/addresses comments/one_mailbox newsletter/signup",
    "config/web/mail/headers.py": "config/mail",
    "config/web/moments.py": "articles/times_of_the_past articles/review_dates",
    "comments/plain_text.py": "comments/plain_text comments/words_apart",
    "comments/spam/comparing.py": "comments/spam_layers comments/spam_learned",
    "articles/slugs.py": "articles/slugs",
    "articles/rich_text/attributes.py": "articles/rich_text",
    "articles/rich_text/cleaning.py": "articles/rich_text",
    "articles/rich_text/deriving.py": "articles/rich_text_derived articles/rich_text",
    "articles/rich_text/marks.py": "articles/rich_text_derived articles/rich_text",
    "articles/rich_text/presenting.py": "articles/rich_text_derived",
    "articles/rich_text/tidying.py": "articles/rich_text articles/import_plain_text",
    "articles/search/marking.py": "articles/search articles/search_signs",
    "articles/search/words.py": "articles/search articles/search_fresh",
    "config/web/cache/page_cache.py": "config/page_cache config/page_cache_states",
    "config/web/cache/cached_page.py": "config/page_cache config/cached_page_dates config/compression config/headers",
    "config/web/requests/signed_links.py": "config/signed_links newsletter/confirm comments/writer_edit",
    "config/web/requests/same_origin.py": "config/same_origin",
    "config/web/requests/client_address.py": "config/client_address comments/networks",
    "config/web/requests/throttle.py": "config/throttle comments/limits",
    "articles/querysets.py": "articles/article_verbs articles/related articles/picks articles/roles_articles"
    " articles/archive_months articles/corrections_page articles/pages articles/withdrawn_page articles/admin_image",
    "comments/querysets.py": "comments/verbs comments/thread comments/queue_filters comments/own_comments"
    " comments/spam_restrictions comments/same_words comments/reports comments/privacy comments/digests"
    " comments/queue",
    "comments/mail_querysets.py": "comments/notices comments/notices_of_answers comments/mute comments/privacy",
    "newsletter/querysets.py": "newsletter/confirm newsletter/signup newsletter/admin newsletter/archive",
    "articles/models/article.py": "articles/article_verbs articles/times_of_the_past articles/pages",
    "comments/models/comment.py": "comments/verbs comments/nesting comments/same_words comments/typed_address"
    " comments/spam_restrictions comments/thread comments/awaiting",
    "comments/models/comment_verbs.py": "comments/verbs comments/writer_edit comments/writer_withdraw comments/post"
    " comments/typed_address",
    "comments/moderating/queue/verbs.py": "comments/queue_deciding comments/queue_runs",
    "newsletter/models/subscriber.py": "newsletter/confirm newsletter/signup newsletter/unsubscribe newsletter/limits"
    " newsletter/suppression newsletter/consent newsletter/sending",
    "newsletter/models/suppression.py": "newsletter/suppression",
    "newsletter/sending/claims.py": "newsletter/issue_sending newsletter/issue_verbs",
    "newsletter/sending/verdicts.py": "newsletter/issue_refusals newsletter/issue_sending",
    "newsletter/bounces/reading.py": "newsletter/bounces",
    "comments/models/writer.py": "comments/mute comments/confirm_mail comments/notices",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="all, if none is named")
    parser.add_argument("--most", type=int, default=30, help="mutants of a module: a sample")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="colophon-mutants-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root the database runs as somebody else
        copy = folder / "copy"
        copy_of_repository(copy)
        database = EmbeddedDatabase(folder / "postgresql", durable=False)
        with database.running():
            os.environ["DATABASE_URL"] = database.url
            os.chdir(copy)
            for module in given.modules or MODULES:
                try_mutants(module, folder / "mutants.sqlite", given.most, given.seed)


def copy_of_repository(copy: Path) -> None:
    listed = ["git", "ls-files", "-z"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, files.stdout.decode().split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)


def try_mutants(module: str, session: Path, most: int, seed: int) -> None:
    tests = [f"tests/{name.replace('/', '/test_')}.py" for name in MODULES[module].split()]
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-p", "no:cacheprovider"]
    command += ["-m", "not browser and not long and not real_clock", "-k", "not proportion", *tests]
    # The control: unchanged code passes. It makes the database, too, that the mutants use, and compiles what they import;
    # they leave no compiled files, which another mutant of the same second and length would be taken for.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic()
    control = subprocess.run([*command, "--create-db"], capture_output=True, text=True, check=False)
    patience = 60 + 4 * (time.monotonic() - begun)  # a mutant may loop for ever
    if control.returncode:
        raise SystemExit(f"{module}: its tests fail by themselves\n{control.stdout[-2000:]}")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    session.unlink(missing_ok=True)
    with use_db(session, WorkDB.Mode.create) as work:
        init([Path(module)], work, {})
        made = draw(work, most, seed)
        words = " ".join(f"'{word}'" for word in [*command, "--reuse-db"])
        settings = {"name": "local"}
        execute(
            work, ConfigDict({"test-command": words, "timeout": patience, "distributor": settings})
        )
        report(module, made, work)


def draw(work: WorkDB, most: int, seed: int) -> int:
    """Leave so many mutants to be tried. Returns how many there were."""
    items = sorted(work.work_items, key=lambda item: str(item.mutations[0]))
    chosen = random.Random(seed).sample(items, min(most, len(items)))
    kept = {item.job_id for item in chosen}
    for item in items:
        if item.job_id not in kept:
            work.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))
    return len(items)


def report(module: str, made: int, work: WorkDB) -> None:
    tried = [
        result for _id, result in work.results if result.worker_outcome != WorkerOutcome.SKIPPED
    ]
    # cosmic-ray calls a mutant killed that took too long. On a busy machine it may be a good one.
    fates = Counter(
        "timeout"
        if result.output == "timeout"
        else str(result.test_outcome and result.test_outcome.value)
        for result in tried
    )
    say(f"| {module} | {made} | {len(tried)} | {dict(fates)} |")
    for result in tried:
        if result.test_outcome == TestOutcome.SURVIVED:
            lines = (result.diff or "").splitlines()
            say("    " + "\n    ".join(line for line in lines if line[:1] in "+-@"))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
