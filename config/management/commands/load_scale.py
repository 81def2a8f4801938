import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.loading import RealContent
from config.demo.scale.loading import contents, load, tidy
from config.management.commands.serve import positive_number
from config.web.checks import refuse_early_database


class Command(BaseCommand):
    help = (
        "Fill an empty database with many invented articles and comments, to see what a grown site"
        " costs."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--articles", type=positive_number, default=100_000, help="(default: %(default)s)"
        )
        parser.add_argument(
            "--comments", type=positive_number, default=1_000_000, help="(default: %(default)s)"
        )

    def handle(self, *, articles: int, comments: int, **options: Any) -> None:
        refuse_early_database()
        try:
            is_new = load(articles=articles, comments=comments, say=self.say)
        except RealContent as error:
            raise CommandError(
                f"Not loaded: the database holds content of its own ({error})."
                " This goes into an empty database only."
            ) from error
        if is_new:
            self.say("Tidying the tables …")
            tidy()
            self.say(f"Loaded: {contents()}.")
        else:
            self.say(f"Loaded before, and left as it is: {contents()}.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # each step when it begins, in a pipe too
