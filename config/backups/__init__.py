"""Backups: one file with the database and the media, that is checked, kept and restored."""


class BackupError(Exception):
    """A backup or a restore cannot go on. The message says in one line why, and what to do."""
