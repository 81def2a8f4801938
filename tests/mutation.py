"""Mutation testing: change the code in small ways, one at a time, and see whether a test fails.

`uv run python -m tests.mutation text` tries one group and prints what survived; docs/quality.md tells what came of it.
"""

import argparse
import os
import random
import shutil
import sys
from collections import Counter, defaultdict
from contextlib import ExitStack

import libcst
import mutmut.__main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation import file_mutation
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_module_from_key
from mutmut.workers.isolation import ForkRunner

# What mutates, and the tests that answer for it. A mutant meets those of them that call its function.
GROUPS = {
    "text": (
        """config/web/text/characters.py config/web/text/fields.py config/web/text/search_words.py config/web/text/addresses.py
        config/web/moments.py config/web/mail/headers.py comments/plain_text.py
        articles/slugs.py articles/rich_text/*.py articles/search/words.py articles/search/marking.py
        comments/spam/folding.py comments/spam/likeness.py""",
        """config/test_text_fields.py config/test_search_words.py config/test_addresses.py
        config/test_control_characters.py config/test_mail.py comments/test_plain_text.py
        comments/test_hostile_corpus.py comments/test_words_apart.py comments/test_same_words.py
        comments/test_spam_findings.py comments/test_spam_layers.py articles/test_slugs.py articles/test_rich_text.py
        articles/test_rich_text_derived.py articles/test_citations.py articles/test_search.py
        articles/test_search_signs.py articles/test_times_of_the_past.py articles/test_archive_months.py""",
    ),
    "web": (
        """config/web/cache/page_cache.py config/web/cache/cached_page.py config/web/requests/signed_links.py config/web/requests/same_origin.py
        config/web/requests/client_address.py config/web/requests/throttle.py""",
        """config/test_page_cache.py config/test_page_cache_states.py config/test_cached_pages.py
        config/test_cached_page_dates.py config/test_compression.py config/test_headers.py
        config/test_signed_links.py config/test_same_origin.py config/test_client_address.py
        config/test_throttle.py comments/test_networks.py""",
    ),
    "rows": (
        """articles/querysets.py comments/querysets.py comments/mail_querysets.py newsletter/querysets.py
        articles/models/article.py comments/models/comment.py comments/moderating/queue/verbs.py newsletter/models.py
        comments/models/writer.py""",
        """articles/test_article_verbs.py articles/test_times_of_the_past.py articles/test_related.py
        articles/test_picks.py articles/test_archive_months.py articles/test_roles_articles.py
        articles/test_corrections_page.py articles/test_feed_of_groups.py
        comments/test_verbs.py comments/test_thread.py comments/test_queue_deciding.py comments/test_queue_filters.py
        comments/test_awaiting.py comments/test_own_comments.py comments/test_writer_edit.py
        comments/test_writer_withdraw.py comments/test_notices.py comments/test_notices_of_answers.py
        comments/test_mute.py comments/test_reports.py comments/test_spam_restrictions.py comments/test_privacy.py
        newsletter/test_confirm.py newsletter/test_signup.py newsletter/test_unsubscribe.py
        newsletter/test_limits.py""",
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("group", choices=GROUPS)
    parser.add_argument("--module", help="only this one, such as comments/plain_text.py")
    parser.add_argument("--most", type=int, default=60, help="mutants of a module: a sample")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    given = parser.parse_args()

    modules, tests = (words.split() for words in GROUPS[given.group])
    config().only_mutate = [given.module] if given.module else modules
    config().pytest_add_cli_args_test_selection = [f"tests/{name}" for name in tests]
    shutil.rmtree("mutants", ignore_errors=True)

    mutate_decorated_methods()
    sample = Sample(given.most, given.seed)
    mutmut.collect_source_file_mutation_data = sample.draw
    ForkRunner.run_clean_tests = clean_tests_in_a_child
    ForkRunner.run_forced_fail = lambda self: 1
    with one_server():
        mutmut._run((), max_children=1)  # they share a database
    sample.report()


def one_server() -> ExitStack:
    """Start what the tests need before the first run of pytest, and keep it until the end."""
    from tests import embedded_postgres

    for name in [name for name in sys.modules if name.partition(".")[0] in {"config", "tests"}]:
        del sys.modules[name]  # from here on they come from the mutated copy
    return embedded_postgres._stack.pop_all()


def clean_tests_in_a_child(runner: ForkRunner, tests: set[str]) -> int:
    """All tests ran for the statistics. Those of one module run again as a mutant's do, which must not fail by itself."""
    child = os.fork()
    if not child:
        os._exit(
            runner.test_runner.run_tests(
                mutant_name=None, tests=[config().pytest_add_cli_args_test_selection[0]]
            )
        )
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Sample:
    def __init__(self, most: int, seed: int) -> None:
        self.most, self.seed = most, seed
        self.collect = mutmut.collect_source_file_mutation_data
        self.made: Counter[str] = Counter()
        self.drawn: list = []

    def draw(self, *, mutant_names):
        mutants, data = self.collect(mutant_names=mutant_names)
        of_module = defaultdict(list)
        for mutant in mutants:
            of_module[get_module_from_key(mutant[1])].append(mutant)
        for module, found in of_module.items():
            self.made[module] = len(found)
            chance = random.Random(f"{self.seed} {module}")
            self.drawn += chance.sample(found, min(self.most, len(found)))
        return self.drawn, data

    def report(self) -> None:
        fates = {
            name: status_by_exit_code[data.exit_code_by_key[name]] for data, name, _ in self.drawn
        }
        print("module made tried killed timeout survived untested other")
        for module, made in sorted(self.made.items()):
            of_module = Counter(
                fate for name, fate in fates.items() if get_module_from_key(name) == module
            )
            told = [
                of_module.pop(fate, 0) for fate in ("killed", "timeout", "survived", "no tests")
            ]
            print(module, made, sum(told) + of_module.total(), *told, dict(of_module) or "")
        for data, name, _ in self.drawn:
            if fates[name] not in {"killed", "timeout", "not checked"}:
                print(f"\n# {name}: {fates[name]}")
                print(get_diff_for_mutant(name, path=data.path))


def mutate_decorated_methods() -> None:
    """mutmut leaves decorated functions alone. Ours may be mutated below `@transaction.atomic` and `@property`."""
    skips = file_mutation.MutationVisitor._skip_node_and_children
    arranged = file_mutation.function_trampoline_arrangement

    def is_harmless(node) -> bool:
        names = [libcst.Module([]).code_for_node(each.decorator) for each in node.decorators]
        return bool(names) and all(
            name == "property" or name.startswith("transaction.atomic") for name in names
        )

    def skip(self, node):
        if isinstance(node, libcst.FunctionDef) and is_harmless(node):
            return False
        return skips(self, node)

    def arrange(function, mutants, class_name):
        before, (trampoline, *copies), after, names = arranged(function, mutants, class_name)
        if is_harmless(function):
            copies = [copy.with_changes(decorators=()) for copy in copies]
        return before, [trampoline, *copies], after, names

    file_mutation.MutationVisitor._skip_node_and_children = skip
    file_mutation.function_trampoline_arrangement = arrange


if __name__ == "__main__":
    main()
