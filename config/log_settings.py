"""What goes to the log, as logging.config reads it. docs/watching.md says what a line holds."""

from typing import Any


def log_settings(*, as_json: bool) -> dict[str, Any]:
    """All to stderr: warnings and faults, and requests if they are wanted (LOG_REQUESTS)."""
    line = {"()": "config.web.watching.log_lines.Lines", "as_json": as_json}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        # Every 404 of a scanner is not news; faults are.
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "colophon.requests": {"level": "INFO"},
            # gunicorn writes addresses of clients and whole addresses of pages by itself.
            "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        },
    }
