"""All settings of Colophon, from the environment. docs/configuration.md explains each one."""

from pathlib import Path

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config import environment, environment_urls, growth_settings, periodic_tasks
from config.log_settings import log_settings

BASE_DIR = Path(__file__).resolve().parent.parent
environment.load_env_file(BASE_DIR / ".env")
VAR_DIR = environment.read_folder("VAR_DIR", "var", beside=BASE_DIR)

# Site
DEBUG = environment.read_bool("DEBUG")
# The folder of the PostgreSQL server that stands in for a missing DATABASE_URL.
EMBEDDED_DATABASE = (
    None if environment.read_text("DATABASE_URL") else environment.embedded_folder(VAR_DIR)
)
if not (DEBUG or EMBEDDED_DATABASE or environment.read_text("SITE_URL")):
    raise ImproperlyConfigured(
        "SITE_URL is not set: write the public origin, such as https://magazine.example."
    )
SITE_URL = environment_urls.read_site_url("SITE_URL", "http://127.0.0.1:8000")
SITE_NAME = environment.read_name("SITE_NAME", "Colophon")
# Whether articles say to machines that they are health information (schema.org/MedicalWebPage).
HEALTH_PUBLICATION = environment.read_bool("HEALTH_PUBLICATION", default=True)
# Whether nobody approves or publishes an article that is one's own (docs/editing.md).
FOUR_EYES = environment.read_bool("FOUR_EYES", default=False)
# How deep replies nest on the page. Deeper ones stand at this level and name the one they answer.
COMMENTS_MAX_DEPTH = environment.read_int("COMMENTS_MAX_DEPTH", 4, minimum=1, maximum=50)
# A browser with this cookie sees its own waiting comments, so its pages come from no shared cache
# (comments/reading/own.py).
OWN_COMMENTS_COOKIE = "colophon_comments"
# The contact in /.well-known/security.txt. Without one there is no such file.
SECURITY_CONTACT = environment_urls.read_contact("SECURITY_CONTACT")
_https = SITE_URL.startswith("https://")

# Security
SECRET_KEY = environment.read_key("SECRET_KEY")
if not SECRET_KEY:
    if EMBEDDED_DATABASE is None and not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set: write 50 or more random characters.")
    SECRET_KEY = environment.kept_secret("SECRET_KEY", VAR_DIR / "secret-key")
_loopback_hosts = ["localhost", "127.0.0.1", "[::1]"] if DEBUG or EMBEDDED_DATABASE else []
ALLOWED_HOSTS = environment_urls.read_hosts(
    "ALLOWED_HOSTS", [environment_urls.host_of(SITE_URL), *_loopback_hosts]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = environment.read_int("HSTS_SECONDS", 365 * 24 * 3600) if _https else 0
# Both reach beyond this site, to others under its name and to browsers for years: the operator's
# decision.
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.read_bool("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = environment.read_bool("HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not (
    SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 365 * 24 * 3600
):
    raise ImproperlyConfigured(
        "HSTS_PRELOAD=1: browsers' lists ask for HSTS_INCLUDE_SUBDOMAINS=1, HSTS_SECONDS of a year"
        " and https."
    )
# `check --deploy` asks for these two, which are off unless the operator wants them.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Nobody asks Celery for the results of tasks: rows have them.
SILENCED_SYSTEM_CHECKS += ["django_tasks_celery.W001", "django_tasks_celery.W002"]
# On a laptop passkeys work over http, too.
SILENCED_SYSTEM_CHECKS += [] if _https else ["otp_webauthn.E031"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# How many proxies of yours stand in front and add to X-Forwarded-For; 0 trusts none of that header.
TRUSTED_PROXIES = environment.read_int("TRUSTED_PROXIES", 0, maximum=20)
# Public pages have no inline script or style and no nonce, so that they can be cached whole.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# Of those who are logged in, apart from images, which come as files; others:
# config/web/requests/sent_forms.py.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

INSTALLED_APPS = [
    "config",
    "config.web",
    "config.people",
    "config.your_data",
    "config.moving",
    "articles",
    "comments",
    "newsletter",
    "config.admin_site.ColophonAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "crispy_forms",
    "django_prose_editor",
    "django_tasks_db",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
]
MIDDLEWARE = [
    "config.web.middleware.headers.SecurityHeadersMiddleware",
    "config.watching.counters.WatchingMiddleware",
    "config.web.middleware.outage.DatabaseOutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.web.middleware.clean_query.NulInQueryMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.web.middleware.compression.CompressTextMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.web.requests.sent_forms.SentFormsMiddleware",
    "config.people.desk.DeskMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "comments.reading.own.OwnCommentsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": ["config.web.template_parts.Loader"],
            "context_processors": [
                "config.web.site.site",
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "colophon"
FORM_RENDERER = "config.web.form_renderer.QuickRenderer"

# Database
DATABASES = {
    "default": {
        **environment_urls.read_database(
            "DATABASE_URL", environment.embedded_url(EMBEDDED_DATABASE) if EMBEDDED_DATABASE else ""
        ),
        # Opening a connection costs a request 5 ms; a restarted server must not cost one an error.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}

# A listening connection does not work through a pooler in transaction mode: a direct address for it
# alone.
CHANGE_FEED_DATABASE = "default"
if environment.read_text("CHANGE_FEED_URL"):
    CHANGE_FEED_DATABASE = "change_feed"
    DATABASES["change_feed"] = environment_urls.read_database("CHANGE_FEED_URL", "")
    # A pooler gives each transaction another connection: none may keep anything between two.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True

# Public pages kept in each process, until the database says that they changed
PAGE_CACHE_BYTES = environment.read_int("PAGE_CACHE_MB", 64, maximum=1_000_000) * 1_000_000
# Those that all processes share in the database; 0 for none
SHARED_PAGES_BYTES = environment.read_int("SHARED_PAGES_MB", 256, maximum=1_000_000) * 1_000_000
# What every page in HTML shows: the topics of the menu and the pages of the footer.
PAGE_CACHE_TAGS = ("menu",)
# A request with one of these cookies gets a page of its own.
PAGE_CACHE_BYPASS_COOKIES = [global_settings.SESSION_COOKIE_NAME, "messages", OWN_COMMENTS_COOKIE]

# How long a CDN may keep pages, and what is told of changes; docs/scaling.md
CDN_SECONDS = environment.read_int("CDN_SECONDS", 0, maximum=31 * 24 * 3600)
CDN_PURGE_KIND, CDN_PURGE_URL, CDN_PURGE_KEY = growth_settings.read_cdn_purge(CDN_SECONDS)

# People who log in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
# Ten wrong passwords lock this account for this network for a quarter of an hour: a stranger
# elsewhere cannot lock the owner out, and the owner is never locked for ever. config/log_in.py
# counts what this does not.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "config.web.requests.client_address.network_address"
AXES_WHITELIST_CALLABLE = "config.log_in.passed_by_axes"
AXES_LOCKOUT_CALLABLE = "config.log_in.locked_by_axes"
# A try during the lock does not prolong it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
# Links in mails: how long one can set a new password, or accept an invitation.
PASSWORD_RESET_TIMEOUT = 2 * 3600
INVITATION_DAYS = 7
# Whose next log-in leads to the set-up of a second factor until there is one.
TWO_FACTOR_REQUIRED_FOR = environment.read_set(
    "TWO_FACTOR_REQUIRED_FOR", {"administrators", "editors", "authors", "moderators"}
)
# The log-in limits count wrong codes, and lock out strangers only.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = SITE_NAME
OTP_WEBAUTHN_RP_ID = environment_urls.host_of(SITE_URL)
OTP_WEBAUTHN_RP_NAME = SITE_NAME
OTP_WEBAUTHN_ALLOWED_ORIGINS = [SITE_URL]
OTP_WEBAUTHN_HELPER_CLASS = "config.people.two_factor.passkeys.PasskeyHelper"
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""
# How long the audit log is kept.
AUDIT_LOG_DAYS = environment.read_int("AUDIT_LOG_DAYS", 365, minimum=30, maximum=36_500)

# Language and time: one URL has one page, so the language is a setting and is not negotiated.
LANGUAGE_CODE = environment.read_choice("LANGUAGE_CODE", "en", dict(global_settings.LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = environment.read_time_zone("TIME_ZONE", "UTC")
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are megabytes that only a developer's tools ask for: not worth seconds of compression
# at each first start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["avif", "gif", "ico", "jpg", "png", "webp"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS += ["br", "gz", "map", "mo", "po", "woff", "woff2", "zip"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o644
# The largest file that administrators may upload to import it (config/moving/uploading.py).
IMPORT_MAX_MB = environment.read_int("IMPORT_MAX_MB", 1000, minimum=1, maximum=1_000_000)
FILE_UPLOAD_HANDLERS = [
    "config.web.files.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.web.files.upload_limit.UploadOnDisk",
]
# A bucket that all machines share, and a CDN that browsers load pictures from; docs/scaling.md
MEDIA_S3 = environment_urls.read_s3("MEDIA_S3_URL")
MEDIA_CDN_URL = environment_urls.read_service_url("MEDIA_CDN_URL")
if MEDIA_CDN_URL:
    SECURE_CSP["img-src"].append("/".join(MEDIA_CDN_URL.split("/")[:3]))
STORAGES = {
    "default": growth_settings.media_storage(MEDIA_S3),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Mail
MAIL_URL = environment.read_text("MAIL_URL")
_smtp = environment_urls.read_smtp("MAIL_URL") if MAIL_URL != "files" else None
MAIL_DIR = None if _smtp else VAR_DIR / "mail"
# Whether /dev/mail/ shows these mails: on a laptop only. Our own server speaks http, so https means
# a proxy and readers.
DEV_MAIL = MAIL_DIR is not None and (DEBUG or EMBEDDED_DATABASE is not None) and not _https
_mailer = (
    {"BACKEND": "config.web.mail.smtp.PatientBackend", "OPTIONS": _smtp}
    if _smtp
    else {"BACKEND": "config.web.mail.messages.EmlFileBackend", "OPTIONS": {"folder": MAIL_DIR}}
)
# Newsletter issues go through "bulk", which may be another server.
_bulk_smtp = environment_urls.read_smtp("NEWSLETTER_MAIL_URL")
_bulk_mailer = {**_mailer, "OPTIONS": _bulk_smtp} if _smtp and _bulk_smtp else _mailer
# A provider of django-anymail, such as "postmark"; its keys are ANYMAIL_POSTMARK_SERVER_TOKEN and
# so on.
NEWSLETTER_PROVIDER = environment.read_provider("NEWSLETTER_PROVIDER")
# Mails in one call of a provider that can do so. A call that is not answered leaves all in doubt.
NEWSLETTER_PROVIDER_BATCH = environment.read_int(
    "NEWSLETTER_PROVIDER_BATCH", 1, minimum=1, maximum=500
)
ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True, **environment.read_prefixed("ANYMAIL_")}
if NEWSLETTER_PROVIDER:
    _bulk_mailer = {"BACKEND": f"anymail.backends.{NEWSLETTER_PROVIDER}.EmailBackend"}
MAILERS = {"default": _mailer, "bulk": _bulk_mailer}
DEFAULT_FROM_EMAIL = environment_urls.read_sender(
    "MAIL_FROM", default_name=SITE_NAME, site_url=SITE_URL
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Newsletter
# Who an issue is from and where answers go, unless the issue says otherwise.
NEWSLETTER_SENDER_NAME = environment.read_text("NEWSLETTER_SENDER_NAME")
NEWSLETTER_REPLY_TO = environment_urls.read_mail_address("NEWSLETTER_REPLY_TO")
# Connections of each worker to the mail server.
NEWSLETTER_CONNECTIONS = environment.read_int("NEWSLETTER_CONNECTIONS", 4, minimum=1, maximum=64)
# Limits of all workers together; 0 is none. The one of a day warms a new sender up.
NEWSLETTER_PER_SECOND = environment.read_int("NEWSLETTER_PER_SECOND", 0)
NEWSLETTER_PER_HOUR = environment.read_int("NEWSLETTER_PER_HOUR", 0)
NEWSLETTER_PER_DAY = environment.read_int("NEWSLETTER_PER_DAY", 0)
NEWSLETTER_PER_DOMAIN_HOUR = environment.read_int("NEWSLETTER_PER_DOMAIN_HOUR", 0)
# Hours after which an issue is not sent by itself any more.
NEWSLETTER_LATE_AFTER = environment.read_int("NEWSLETTER_LATE_AFTER", 6, minimum=1, maximum=1000)
# What becomes of a mail that was handed over and not answered.
NEWSLETTER_IN_DOUBT = environment.read_choice("NEWSLETTER_IN_DOUBT", "resend", {"resend", "hold"})
# The weekday and hour (in TIME_ZONE) at which a digest of new articles is made; "never" is off.
NEWSLETTER_DIGEST_DAY = environment.read_choice(
    "NEWSLETTER_DIGEST_DAY",
    "never",
    {"never", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
)
NEWSLETTER_DIGEST_HOUR = environment.read_int("NEWSLETTER_DIGEST_HOUR", 8, maximum=23)
# Whether it waits as a draft until an editor sends it.
NEWSLETTER_DIGEST_HELD = environment.read_bool("NEWSLETTER_DIGEST_HELD", True)
# Whether subscribers who want each article get it at once: "held" makes an issue that waits for an
# editor, "sent" sends it by itself.
NEWSLETTER_EACH_ARTICLE = environment.read_choice(
    "NEWSLETTER_EACH_ARTICLE", "off", {"off", "held", "sent"}
)
# Minutes after a publication in which it can still be called off.
NEWSLETTER_ARTICLE_QUIET = environment.read_int("NEWSLETTER_ARTICLE_QUIET", 15, maximum=300)
# Whether the signup box offers topics.
NEWSLETTER_SIGNUP_TOPICS = environment.read_bool("NEWSLETTER_SIGNUP_TOPICS")
# Days after which a request that nobody confirmed is erased. Its link is good for seven.
NEWSLETTER_UNCONFIRMED_DAYS = environment.read_int(
    "NEWSLETTER_UNCONFIRMED_DAYS", 30, minimum=8, maximum=3650
)
# Where the publication is reached by letter, in the foot of each issue: many countries demand it.
NEWSLETTER_POSTAL_ADDRESS = environment.read_text("NEWSLETTER_POSTAL_ADDRESS")
# Bounces come back to b.<delivery>.<signature> at this domain, and are read from this mailbox.
NEWSLETTER_BOUNCE_DOMAIN = environment_urls.read_mail_domain("NEWSLETTER_BOUNCE_DOMAIN")
NEWSLETTER_BOUNCE_MAILBOX = environment_urls.read_mailbox("NEWSLETTER_BOUNCE_MAILBOX")

# Links
# Whether other sites are asked if the links of articles still answer (articles/links/checking.py).
CHECK_LINKS = environment.read_bool("CHECK_LINKS")
# The one host that is asked for the source behind a DOI (articles/source_lookup.py).
SOURCE_LOOKUP_URL = environment_urls.read_service_url("SOURCE_LOOKUP_URL")

# Comments
# Beside the well-known ones of comments/spam/disposable.txt.
COMMENTS_DISPOSABLE_DOMAINS = environment_urls.read_domains("COMMENTS_DISPOSABLE_DOMAINS")
# A service that is asked about each new comment; docs/spam.md says what is sent to it.
COMMENTS_SPAM_SERVICE_URL = environment_urls.read_service_url("COMMENTS_SPAM_SERVICE_URL")
COMMENTS_SPAM_SERVICE_KEY = environment.read_text("COMMENTS_SPAM_SERVICE_KEY")
if COMMENTS_SPAM_SERVICE_URL and not COMMENTS_SPAM_SERVICE_KEY:
    raise ImproperlyConfigured(
        "COMMENTS_SPAM_SERVICE_KEY is not set: write the key that the spam service gave you."
    )

# Tasks: a task only says "work on it again"; what must survive lives in the apps' own rows.
# RQ and Celery have workers of their own, and Redis between (docs/scaling.md).
TASKS_BACKEND = environment.read_choice("TASKS_BACKEND", "database", set(growth_settings.BACKENDS))
REDIS_URL = environment_urls.read_redis("REDIS_URL")
TASKS = {"default": growth_settings.task_backend(TASKS_BACKEND, REDIS_URL)}
if TASKS_BACKEND == "rq":
    INSTALLED_APPS.append("django_rq")
    RQ_QUEUES = {"default": growth_settings.rq_queue(REDIS_URL)}
    RQ_SHOW_ADMIN_LINK = False  # its pages need scripts that our security policy forbids
PERIODIC_TASKS = periodic_tasks.PERIODIC_TASKS

# Watching: docs/watching.md
# Who asks for /metrics with it as bearer token gets them; without it, this computer alone.
METRICS_TOKEN = environment.read_key("METRICS_TOKEN")
# After so many hours without a good backup administrators get a mail; 0 asks for none.
BACKUP_HOURS = environment.read_int("BACKUP_HOURS", 26, maximum=10_000)
# So many days before the certificate of an https SITE_URL ends they get one; 0: nobody looks.
CERTIFICATE_ALARM_DAYS = environment.read_int("CERTIFICATE_ALARM_DAYS", 0, maximum=365)
# Whether each request gets a line, and from how many milliseconds on a query does; 0: none does.
LOG_REQUESTS = environment.read_bool("LOG_REQUESTS")
LOG_FORMAT = environment.read_choice("LOG_FORMAT", "text", {"text", "json"})
SLOW_QUERY_MS = environment.read_int("SLOW_QUERY_MS", 0)
# Where faults are reported to, without anything of the request; none by default.
SENTRY_DSN = environment.read_dsn("SENTRY_DSN")
LOGGING = log_settings(as_json=LOG_FORMAT == "json")
