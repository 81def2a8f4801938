from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demonstration.loading import RealContent, load


class Command(BaseCommand):
    help = "Load the demonstration magazine into an empty database and print its logins."

    def handle(self, **options: Any) -> None:
        try:
            passwords = load(say=self.say)
        except RealContent as error:
            raise CommandError(
                f"Not loaded: the database holds content of its own ({error}). "
                "The demonstration goes into an empty database only."
            ) from error
        for role, password in passwords.items():
            self.stdout.write(f"login {role} {password}")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # each step when it begins, in a pipe too
