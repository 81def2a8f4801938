"""Faults reported to Sentry, or to what speaks its protocol: off unless SENTRY_DSN is set.

What is reported is what the log holds of a fault, and no more. None of Sentry's own integrations
is used that looks into requests, queries and variables, or adds headers to what other sites are
asked.
"""

import logging
from typing import Any

from django.conf import settings

from config.web.watching.log_lines import fault_name, harmless_error, harmless_message

# Of an event. The rest may hold something of a request, a person or the machine.
_KEPT = {"event_id", "timestamp", "level", "logger", "platform", "sdk", "release", "environment"}
_KEPT_OF_ERROR = {"type", "module", "mechanism", "stacktrace", "thread_id"}


def report_faults() -> None:
    """Begin to report, if it is wanted."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(  # by default it collects no personal data
        dsn=settings.SENTRY_DSN,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ExcepthookIntegration(),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=without_personal_data,
    )


def without_personal_data(event: Any, hint: Any) -> Any:
    """The fault alone, with texts without addresses, tokens, queries and values of rows."""
    error = hint.get("exc_info", (None, None))[1]
    sent = {name: event[name] for name in _KEPT & event.keys()}
    if logged := event.get("logentry"):
        said = logged.get("formatted") or logged.get("message") or ""
        sent["logentry"] = {"message": harmless_error(harmless_message(said), error)}
    if error is not None:
        sent["fingerprint"] = [fault_name(error)]  # grouped as in the log
    if "exception" in event:
        sent["exception"] = {
            "values": [
                {name: value[name] for name in _KEPT_OF_ERROR & value.keys()}
                | {"value": harmless_error(str(value.get("value", "")), error)}
                for value in event["exception"]["values"]
            ]
        }
    return sent
