"""manage.py reset_two_factor USER: let somebody in who lost the second factor."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.people.models import SecurityMail
from config.people.two_factor.devices import remove_all
from config.web import audit


class Command(BaseCommand):
    help = "Remove a person's authenticator app, passkeys and recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name that the person logs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['user']!r}.")
        removed = remove_all(user)
        detail = f"{user.get_username()}, by manage.py"
        audit.record(audit.AuditEntry.Action.TWO_FACTOR_RESET, by=None, detail=detail)
        SecurityMail.objects.tell(user, SecurityMail.Change.FACTOR_REMOVED)
        self.stdout.write(
            f"{user.get_username()}: {removed} removed. The account now logs in with its password"
            " alone. If its role needs a second factor, it is asked to set one up."
        )
