from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.loading import RealContent, load
from config.web.checks import refuse_early_database


class Command(BaseCommand):
    help = "Load the demonstration magazine into an empty database and print its logins."

    def handle(self, **options: Any) -> None:
        refuse_early_database()
        for line in login_lines(load_or_refuse(self.say)):
            self.stdout.write(line)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # each step when it begins, in a pipe too


def load_or_refuse(say: Callable[[str], object]) -> dict[str, str]:
    """The passwords by role, drawn at the first load. Raises CommandError on a database in use."""
    try:
        return load(say=say)
    except RealContent as error:
        raise CommandError(
            f"Not loaded: the database holds content of its own ({error}). "
            "The demonstration goes into an empty database only."
        ) from error


def login_lines(passwords: dict[str, str]) -> list[str]:
    return [f"login {role} {password}" for role, password in passwords.items()]
