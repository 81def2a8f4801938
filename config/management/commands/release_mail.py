"""manage.py release_mail: this database is the publication itself, and no copy of it."""

from typing import Any

from django.core.management.base import BaseCommand

from config.mail_hold.releasing import count_owed, release_mail


class Command(BaseCommand):
    help = "Let mail go out of a database that was restored, copied or given another address."

    def handle(self, *args: Any, **options: Any) -> None:
        owed = count_owed()
        if release_mail(by=None):
            self.stdout.write(f"Mail goes out again. {owed} emails are due.")
        else:
            self.stdout.write("Mail was not on hold.")
