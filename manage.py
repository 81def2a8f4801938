#!/usr/bin/env python
"""Colophon's command line: `manage.py serve --demo` for a first look, `manage.py help` for more."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.running import embedded_database

    with embedded_database.running_for(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # before a command listens for Ctrl-C itself
        sys.exit(130)
