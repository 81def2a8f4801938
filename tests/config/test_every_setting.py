"""Each setting is tried with odd values that are legal and with wrong ones; test_configuration.py takes some of them further."""

import os
import re

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

from tests.config.read_anew import read_anew
from tests.config.test_configuration import REFUSED

pytestmark = pytest.mark.long

KEY = "a key that is long enough to be taken, and more"
CDN = {
    "CDN_SECONDS": "60",
    "CDN_PURGE_KIND": "webhook",
    "CDN_PURGE_KEY": KEY,
    "CDN_PURGE_URL": "http://[::1]:8080/p",
}
BOOLEANS = {
    "DEBUG", "HEALTH_PUBLICATION", "FOUR_EYES", "HSTS_INCLUDE_SUBDOMAINS", "NEWSLETTER_DIGEST_HELD",
    "NEWSLETTER_SIGNUP_TOPICS", "CHECK_LINKS", "LOG_REQUESTS", "HSTS_PRELOAD",
}  # fmt: skip
# Setting, what is written, and what is read.
LEGAL = [
    ("SECRET_KEY", f"  {KEY}# \"quoted\" 'ß'", f"{KEY}# \"quoted\" 'ß'"),
    ("METRICS_TOKEN", f"{KEY},%{{}}", f"{KEY},%{{}}"),
    ("SITE_URL", " https://Magazine.EXAMPLE:443/ ", "https://magazine.example"),
    ("SITE_NAME", " Sleep,  Food & Co ", "Sleep, Food & Co"),
    ("CERTIFICATE_ALARM_DAYS", " 14 ", 14),
    ("BACKUP_HOURS", "0", 0),
    ("SLOW_QUERY_MS", "0100", 100),
    ("IMPORT_MAX_MB", "1", 1),
    ("AUDIT_LOG_DAYS", "36500", 36500),
    ("CDN_SECONDS", "60", 60),
    ("NEWSLETTER_PROVIDER_BATCH", "500", 500),
    ("NEWSLETTER_CONNECTIONS", "64", 64),
    ("NEWSLETTER_PER_SECOND", "1", 1),
    ("NEWSLETTER_PER_HOUR", "2147483647", 2147483647),
    ("NEWSLETTER_PER_DAY", "0", 0),
    ("NEWSLETTER_PER_DOMAIN_HOUR", "7", 7),
    ("NEWSLETTER_LATE_AFTER", "1000", 1000),
    ("NEWSLETTER_DIGEST_HOUR", "0", 0),
    ("NEWSLETTER_ARTICLE_QUIET", "0", 0),
    ("NEWSLETTER_UNCONFIRMED_DAYS", "8", 8),
    ("NEWSLETTER_IN_DOUBT", "hold", "hold"),
    ("NEWSLETTER_DIGEST_DAY", "sunday", "sunday"),
    ("NEWSLETTER_EACH_ARTICLE", "held", "held"),
    ("LOG_FORMAT", "json", "json"),
    ("TASKS_BACKEND", "database", "database"),
    ("TWO_FACTOR_REQUIRED_FOR", " Editors ,AUTHORS,, ", {"editors", "authors"}),
    ("NEWSLETTER_SENDER_NAME", "Müller, “Anna” <the editor>", "Müller, “Anna” <the editor>"),
    ("NEWSLETTER_POSTAL_ADDRESS", "1, Some Street; 2nd floor", "1, Some Street; 2nd floor"),
    ("NEWSLETTER_REPLY_TO", " o'neil+x@größe.example ", "o'neil+x@xn--gre-6ka8i.example"),
    ("NEWSLETTER_BOUNCE_DOMAIN", "Größe.example", "xn--gre-6ka8i.example"),
    ("NEWSLETTER_PROVIDER", "postmark", "postmark"),
    ("MEDIA_CDN_URL", "https://Größe.example/files/", "https://xn--gre-6ka8i.example/files"),
    ("SOURCE_LOOKUP_URL", "https://[2606:4700::1]/", "https://[2606:4700::1]"),
    ("COMMENTS_SPAM_SERVICE_URL", "https://spam.example./1.1//", "https://spam.example/1.1"),
    ("REDIS_URL", "rediss://:p%40ss@[::1]:6380/0", "rediss://:p%40ss@[::1]:6380/0"),
    ("SENTRY_DSN", "https://key@[2606:4700::1]:9000/sentry/1", "https://key@[2606:4700::1]:9000/sentry/1"),
    *(("HSTS_SECONDS", text, int(text)) for text in ("0", "63072000")),
]  # fmt: skip
WRONG = {
    **{name: ["maybe", "2", "ja"] for name in BOOLEANS},
    **dict.fromkeys(("METRICS_TOKEN", "CDN_PURGE_KEY"), ("short",)),
    **dict.fromkeys(
        (
            "HSTS_SECONDS", "CDN_SECONDS", "IMPORT_MAX_MB", "AUDIT_LOG_DAYS", "NEWSLETTER_PROVIDER_BATCH",
            "NEWSLETTER_CONNECTIONS", "NEWSLETTER_PER_SECOND", "NEWSLETTER_PER_HOUR", "NEWSLETTER_PER_DAY",
            "NEWSLETTER_PER_DOMAIN_HOUR", "NEWSLETTER_LATE_AFTER", "NEWSLETTER_DIGEST_HOUR", "NEWSLETTER_ARTICLE_QUIET",
            "NEWSLETTER_UNCONFIRMED_DAYS", "BACKUP_HOURS", "CERTIFICATE_ALARM_DAYS", "SLOW_QUERY_MS",
        ),
        ("-1", "many"),
    ),
    **dict.fromkeys(
        ("NEWSLETTER_IN_DOUBT", "NEWSLETTER_DIGEST_DAY", "NEWSLETTER_EACH_ARTICLE", "LOG_FORMAT", "TASKS_BACKEND",
         "TWO_FACTOR_REQUIRED_FOR", "CDN_PURGE_KIND", "NEWSLETTER_PROVIDER"),
        ("perhaps", "../x"),
    ),
    "MEDIA_CDN_URL": ["http://cdn.example", "https://10.0.0.1/x", "https://cdn.example/?x=1", "cdn.example"],
    "MEDIA_S3_URL": ["https://bucket", "s3://", "s3://bucket?acl=x", "s3://bucket?endpoint=nowhere"],
    "REDIS_URL": ["http://redis.example", "redis://", "redis://h:port/0"],
    "CDN_PURGE_URL": ["", "cdn.example"],
    "NEWSLETTER_MAIL_URL": ["mail.example", "smtp://me@mail.example"],
    "NEWSLETTER_REPLY_TO": ["me", "a@b.example, c@d.example", "Me <a@b.example>"],
    "NEWSLETTER_BOUNCE_DOMAIN": ["me@mail.example", "https://mail.example"],
    "NEWSLETTER_BOUNCE_MAILBOX": ["imaps://mail.example", "pop3://me:secret@mail.example"],
}  # fmt: skip
DJANGOS = {"HSTS_SECONDS": "SECURE_HSTS_SECONDS"}
# Any line of text is right.
ANY_TEXT = {"NEWSLETTER_SENDER_NAME", "NEWSLETTER_POSTAL_ADDRESS", "COMMENTS_SPAM_SERVICE_KEY"}
TRIED_ELSEWHERE = {"ANYMAIL_"}  # tests/newsletter


def read(**variables):
    own = {"COMMENTS_SPAM_SERVICE_KEY": "key", "SITE_URL": "https://magazine.example"} | variables
    return read_anew("config/settings.py", **(dict(os.environ) | own))


@pytest.mark.parametrize(("name", "written", "expected"), LEGAL)
def test_odd_value_that_is_legal_is_read(name, written, expected):
    assert getattr(read(**{name: written}), DJANGOS.get(name, name)) == expected


@pytest.mark.parametrize("name", sorted(BOOLEANS - {"HSTS_PRELOAD", "HSTS_INCLUDE_SUBDOMAINS"}))
def test_yes_and_no_are_read_in_any_spelling(name):
    for written, expected in (
        ("TRUE", True),
        (" Yes ", True),
        ("On", True),
        ("FALSE", False),
        ("no", False),
    ):
        assert getattr(read(**{name: written}), name) is expected, written


def test_cdn_is_read_as_a_whole():
    built = read(**CDN)

    assert (built.CDN_PURGE_KIND, built.CDN_PURGE_URL) == ("webhook", "http://[::1]:8080/p")


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in sorted(WRONG) for value in WRONG[name]]
)
def test_wrong_value_stops_the_start_by_its_name(name, value):
    given = CDN | {name: value} if name.startswith("CDN_") else {name: value}

    with pytest.raises(ImproperlyConfigured) as refusal:
        read(**given)

    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_each_setting_is_tried():
    text = "".join(
        (project.BASE_DIR / f"config/{name}.py").read_text()
        for name in ("settings", "growth_settings")
    )
    names = set(re.findall(r'read_\w+\(\s*"([A-Z_]+)"', text)) - TRIED_ELSEWHERE

    assert len(names) > 60
    assert names - REFUSED.keys() - WRONG.keys() - ANY_TEXT == set()
