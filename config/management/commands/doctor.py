"""manage.py doctor: what is well and what is not, with what to do; docs/backups.md tells more."""

from typing import Any

from django.core.management.base import BaseCommand

from config.doctor import Level
from config.doctor.examination import examine

_MARKS = {Level.GOOD: "ok     ", Level.WARNING: "WARNING", Level.ERROR: "ERROR  "}


class Command(BaseCommand):
    help = "Check this installation. Ends with code 1 when something is wrong, and changes nothing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        levels = []
        for name, finding in examine():
            levels.append(finding.level)
            self.stdout.write(f"{_MARKS[finding.level]} {name}: {finding.said}")
            if finding.advice:
                self.stdout.write(f"        {finding.advice}")
            self.stdout.flush()
        errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARNING)
        self.stdout.write(f"{errors} errors, {warnings} warnings, {len(levels)} findings.")
        if errors:
            raise SystemExit(1)
