"""Which tables and columns an export has. Each model is in TABLES or in LEFT_OUT."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

# The version of the tables below. Raise it when a column is added, removed or changes its type.
# tests/moving/test_archive_schema.py fails until then.
SCHEMA = 1

_NOTHING = "''"
_NEVER = "NULL"


@dataclass(frozen=True)
class Table:
    """`without` are the columns left out, with the SQL of the value that an import gives them.

    `is_filled` says that migrations write rows, which an import replaces.
    """

    label: str
    without: Mapping[str, str] = field(default_factory=dict)
    is_filled: bool = False

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def file(self) -> str:
        """Its place in the zip."""
        return f"tables/{self.label}.jsonl"

    @property
    def fields(self) -> list[Any]:
        """The fields whose columns are exported."""
        return [
            row for row in self.model._meta.local_concrete_fields if row.column not in self.without
        ]


# In the order of an import: a trigger may look at rows of the tables before. Foreign keys are
# checked at the end of the transaction.
TABLES = (
    # People of the desk. Nobody can log in before a new password is set.
    Table("auth.User", {"password": "'!' || gen_random_uuid()", "last_login": _NEVER}),
    Table("people.Profile"),
    Table("web.MailChoice"),
    # Articles and what stands beside them
    Table("articles.Image"),
    Table("articles.Author"),
    Table("articles.AuthorLink"),
    Table("articles.Topic"),
    Table("articles.Article"),
    # A trigger writes the two times.
    Table("articles.Contribution", {"published_at": _NEVER, "changed_at": _NEVER}),
    Table("articles.Reference"),
    Table("articles.Correction"),
    Table("articles.Revision"),
    Table("articles.ScheduledStep"),
    # Links to experts hold the nonce: those that were mailed no longer open the article.
    Table(
        "articles.ExpertLink", {"nonce": "left(translate(gen_random_uuid()::text, '-', ''), 22)"}
    ),
    Table("articles.Remark"),
    Table("articles.SignOff"),
    Table("articles.Series"),
    Table("articles.SeriesEntry"),
    Table("articles.Page", is_filled=True),
    Table("articles.FormerSlug"),
    Table("articles.FrontPage", is_filled=True),
    Table("articles.ReadCount"),
    # Discussions. Triggers count comments; networks are kept for days only.
    Table("comments.DiscussionSettings", is_filled=True),
    Table("comments.RejectionReason", is_filled=True),
    Table("comments.Writer", {"approved": "0", "rejected": "0", "spam": "0"}),
    Table("comments.Comment", {"shown_replies": "0", "network": _NOTHING, "attempt": _NOTHING}),
    Table("comments.Decision"),
    Table("comments.Edit"),
    Table("comments.Note"),
    Table("comments.Report", {"network": _NOTHING}),
    Table("comments.Restriction"),
    Table("comments.MutedAddress"),
    Table("comments.LearnedWord"),
    Table("comments.ModeratorMail"),
    # Newsletter
    Table("newsletter.Subscriber"),
    Table("newsletter.Subscriber_topics"),
    Table("newsletter.ConsentEvent"),
    Table("newsletter.Suppression"),
    Table("newsletter.Issue"),
    Table("newsletter.Issue_topics"),
    Table("newsletter.Block"),
    Table("newsletter.IssueStep"),
    Table("newsletter.ArticleMail"),
    Table("newsletter.Delivery", {"claim": _NEVER}),
    Table("newsletter.MailEvent"),
    # Former addresses, and what was imported before
    Table("moving.Redirect"),
    Table("moving.ImportedItem"),
)

_OPENING = "opens accounts or pages"
_DERIVED = "made again from what is exported"
_LOG = "a log of this installation"
_PASSING = "ends within days"
_MACHINE = "about this machine"
_MIGRATIONS = "written by the migrations"
_ROLES = "exported by the names of roles and permissions"

# Why a table is not exported.
LEFT_OUT = {
    "admin.LogEntry": _LOG,
    "articles.KeptUpload": _PASSING,
    "articles.Link": _DERIVED,
    "articles.LinkReading": _DERIVED,
    "articles.LinkUse": _DERIVED,
    "articles.MonthCount": _DERIVED,
    "articles.Notice": _PASSING,
    "articles.RelatedList": _DERIVED,
    "articles.SearchEntry": _DERIVED,
    "articles.SearchWord": _DERIVED,
    "articles.UnpublishedEntry": _DERIVED,
    "auth.Group": _ROLES,
    "auth.Group_permissions": _ROLES,
    "auth.Permission": _MIGRATIONS,
    "auth.User_groups": _ROLES,
    "auth.User_user_permissions": "given by nothing at the desk",
    "axes.AccessAttempt": _LOG,
    "axes.AccessAttemptExpiration": _LOG,
    "axes.AccessFailureLog": _LOG,
    "axes.AccessLog": _LOG,
    "comments.MostDiscussed": _DERIVED,
    "comments.Notice": _PASSING,
    "comments.Thread": _DERIVED,
    "comments.WaitingMail": _PASSING,
    "contenttypes.ContentType": _MIGRATIONS,
    "django_otp_webauthn.WebAuthnAttestation": _OPENING,
    "django_otp_webauthn.WebAuthnCredential": _OPENING,
    "django_otp_webauthn.WebAuthnUserHandle": _OPENING,
    "django_tasks_database.DBTaskResult": _MACHINE,
    "moving.Move": _LOG,
    "newsletter.ListFigures": _DERIVED,
    "otp_totp.TOTPDevice": _OPENING,
    "people.Invitation": _OPENING,
    "people.PasswordRequest": _OPENING,
    "people.RecoveryCode": _OPENING,
    "people.SecurityMail": _PASSING,
    "sessions.Session": _OPENING,
    "web.AuditEntry": _LOG,
    "web.Heartbeat": _MACHINE,
    "web.Incident": _MACHINE,
    "web.Installation": _MACHINE,
    "web.KeptForm": _PASSING,
    "web.MetricCount": _MACHINE,
    "web.Outcome": _MACHINE,
    "web.Purge": _PASSING,
    "web.RateLimit": _PASSING,
    "your_data.DataRequest": _OPENING,
}


def schema() -> dict[str, Any]:
    """The tables of an export with their columns, for programs that read it."""
    return {
        "schema": SCHEMA,
        "tables": {
            table.label: {field.column: _column(field) for field in table.fields}
            for table in TABLES
        },
    }


def _column(field: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"type": field.get_internal_type()}
    if field.remote_field:
        described["refers to"] = field.related_model._meta.label
    if field.null:
        described["may be null"] = True
    return described
