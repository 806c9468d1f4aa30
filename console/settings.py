"""Django's settings; all that differs between places comes from console/env.py."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from console import env, env_oidc, env_values
from console.settings_api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from console.settings_headers import ALWAYS, headers
from console.settings_logs import logging_at

BASE_DIR = env.BASE_DIR
ENV = env.read()

SECRET_KEY = ENV["CONSOLE_SECRET_KEY"]
# Keys from before: what was signed or sealed under one is read still, see apps/core/sealing.py.
SECRET_KEY_FALLBACKS: list[str] = ENV["CONSOLE_SECRET_KEY_FALLBACKS"]
DEBUG = ENV["CONSOLE_DEBUG"]
ALLOWED_HOSTS = ENV["CONSOLE_ALLOWED_HOSTS"]
VAR_DIR: Path = ENV["CONSOLE_VAR_DIR"]
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

CONSOLE_ENVIRONMENT = ENV["CONSOLE_ENVIRONMENT"]
CONSOLE_ORGANISATION = ENV["CONSOLE_ORGANISATION"]
CONSOLE_DEFAULT_REGION = ENV["CONSOLE_DEFAULT_REGION"]
# Whose customers open only for a reason, and the codes of the stores whose people serve everybody.
CONSOLE_BREAK_GLASS: str = ENV["CONSOLE_BREAK_GLASS"]
CONSOLE_BREAK_GLASS_SERVE_ALL: list[str] = ENV["CONSOLE_BREAK_GLASS_SERVE_ALL"]
# Whether changes of roles, rules and limits wait for a second person, and for how many days:
# apps/staff/confirming/.
CONSOLE_SECOND_PERSON: bool = ENV["CONSOLE_SECOND_PERSON"]
CONSOLE_SECOND_PERSON_DAYS: int = ENV["CONSOLE_SECOND_PERSON_DAYS"]
# Whether people who ask for their data read the names of who dealt with them; role and store they always do.
CONSOLE_SUBJECT_PACK_STAFF_NAMES: bool = ENV["CONSOLE_SUBJECT_PACK_STAFF_NAMES"]
# The roles whose people need a second factor, and the minutes for which a proof of who one is stays fresh; see
# apps/staff/factors/.
CONSOLE_SECOND_FACTOR_ROLES: list[str] = ENV["CONSOLE_SECOND_FACTOR_ROLES"]
CONSOLE_PROOF_MINUTES: int = ENV["CONSOLE_PROOF_MINUTES"]
# Months between two rounds in which everybody's rights are looked through (0: none by itself), and days for one.
CONSOLE_ACCESS_REVIEW_MONTHS: int = ENV["CONSOLE_ACCESS_REVIEW_MONTHS"]
CONSOLE_ACCESS_REVIEW_DAYS: int = ENV["CONSOLE_ACCESS_REVIEW_DAYS"]
AUDIT_KEY: str = ENV["CONSOLE_AUDIT_KEY"]
AUDIT_SIGNING_KEY: str = ENV["CONSOLE_AUDIT_SIGNING_KEY"]
AUDIT_LOG_NAME: str = ENV["CONSOLE_AUDIT_LOG_NAME"]
AUDIT_SEAL_SECONDS: float = ENV["CONSOLE_AUDIT_SEAL_SECONDS"]
AUDIT_CHECKPOINT_FILE: str = ENV["CONSOLE_AUDIT_CHECKPOINT_FILE"]
# How long entries of each class stay in the database, in days, and where their archives lie; see apps/audit/keeping/.
AUDIT_KEEP_DAYS: dict[str, int] = {kind.lower(): ENV[f"CONSOLE_AUDIT_KEEP_{kind}_DAYS"] for kind in env.KEEP}
AUDIT_ARCHIVE_DIR = Path(ENV["CONSOLE_AUDIT_ARCHIVE_DIR"] or VAR_DIR / "archive")
# Where the sealed trail is sent to; see apps/audit/streaming/.
AUDIT_STREAM: dict[str, Any] = {
    name.removeprefix("CONSOLE_AUDIT_STREAM_").lower(): value
    for name, value in ENV.items()
    if name.startswith("CONSOLE_AUDIT_STREAM_")
} | {"otlp_headers": env_values.values_by_header(ENV["CONSOLE_AUDIT_STREAM_OTLP_HEADERS"])}
# The number of trusted proxies in front: the person's address is taken from their header only then.
CONSOLE_PROXIES: int = ENV["CONSOLE_PROXIES"]
CAPILLARY = {
    name.removeprefix("CAPILLARY_").lower(): value
    for name, value in ENV.items()
    if name.startswith("CAPILLARY_")
}

# What the watch over the trail takes for unusual; see apps/audit/watch/.
CONSOLE_WATCH: dict[str, Any] = {
    name.removeprefix("CONSOLE_WATCH_").lower(): value
    for name, value in ENV.items()
    if name.startswith("CONSOLE_WATCH_")
} | {"hours": env_values.hours_of_week(ENV["CONSOLE_WATCH_HOURS"])}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "apps.core",
    "apps.audit",
    "apps.staff",
    "apps.operations",
    "apps.customers",
    "apps.goodwill",
    "apps.points",
    "apps.referrals",
]

MIDDLEWARE = [
    # Outermost, so that redirects, refused hosts and static files have them too.
    "apps.core.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.ReferenceMiddleware",
    "apps.staff.api.middleware.ApiAnswers",
    "apps.core.middleware.NeverStored",
    "apps.core.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.middleware.HtmxLoginRedirect",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "apps.staff.reading.Reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.ErrorMiddleware",
    "apps.staff.middleware.RefusalTrail",
    "apps.staff.factors.needing.SecondFactorNeeded",
    "apps.staff.sessions.middleware.SessionLimits",
    "apps.customers.middleware.BreakGlass",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "apps.core.templatetags.console",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context_processors.console",
                "apps.staff.navigation.navigation",
                "apps.staff.sessions.context.session",
                "apps.operations.context.notices",
                "apps.customers.context.open_customers",
            ],
        },
    }
]
# Django's own form templates are found beside ours.
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"


def database(url: str) -> dict[str, Any]:
    """The connection to the one database; on SQLite durable and in write-ahead mode."""
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if found["ENGINE"].endswith("sqlite3"):
        # FULL: a committed trail entry survives a power cut. IMMEDIATE: a writer waits instead of failing half-way.
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
        }
    return found


DATABASES = {"default": database(ENV["CONSOLE_DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def cache(url: str) -> dict[str, Any]:
    """The cache: the database on one machine, Redis on many."""
    if url.startswith("redis"):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    if url.startswith("locmem"):
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "console_cache"}


CACHES = {"default": cache(ENV["CONSOLE_CACHE_URL"])}

# Signing in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "apps.staff.backends.RoleBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.staff.passwords.guessing.GuessableValidator"},
]
# Account and address together: a stranger who guesses cannot lock the owner out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
# Counts before it reads: apps/staff/factors/limiter.py.
AXES_HANDLER = "apps.staff.factors.limiter.Handler"
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "apps.staff.sign_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "apps.staff.address.pause_address"
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
# The pause ends when the page says so, and a flood of tries during it writes nothing.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Our own trail has the sign-ins; axes would keep the e-mail addresses in clear.
AXES_DISABLE_ACCESS_LOG = True

# Single sign-on by OpenID Connect; off while its issuer is empty. See apps/staff/oidc/.
CONSOLE_OIDC: dict[str, Any] = env_oidc.settings_of(ENV)

# Mail to people of the house: the link that lets somebody new in. Without a server the mails are files, and the page
# shows the link to the administrator.
CONSOLE_MAIL_IS_SENT = not ENV["CONSOLE_EMAIL_URL"].startswith("file:")
globals().update(env_values.mail_settings(ENV["CONSOLE_EMAIL_URL"], VAR_DIR / "mail"))
if not CONSOLE_MAIL_IS_SENT:
    # Whoever reads such a file can set somebody's password.
    (VAR_DIR / "mail").mkdir(mode=0o700, exist_ok=True)
DEFAULT_FROM_EMAIL: str = ENV["CONSOLE_EMAIL_FROM"]
# A page waits for it.
EMAIL_TIMEOUT = 10

# Without use a page locks; after so many hours a session is over, used or not: see apps/staff/sessions/.
CONSOLE_IDLE_MINUTES: int = ENV["CONSOLE_IDLE_MINUTES"]
CONSOLE_SESSION_HOURS: int = ENV["CONSOLE_SESSION_HOURS"]
SESSION_COOKIE_AGE = CONSOLE_SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "apps.staff.sessions.store"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers and cookies ---------------------------------------------------------------------------
HTTPS = ENV["CONSOLE_HTTPS"]
CONSOLE_HEADERS: dict[str, str] = ALWAYS
globals().update(
    headers(https=HTTPS, subdomains=ENV["CONSOLE_HSTS_SUBDOMAINS"], proxies=CONSOLE_PROXIES),
)

# Words, times, files ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
# Regions of one language: how days, times and numbers are written. See docs/decisions/0028-english-in-three-regions.md.
LANGUAGES = [
    ("en-gb", _("English (United Kingdom)")),
    ("en-in", _("English (India)")),
    ("en-us", _("English (United States)")),
]
FORMAT_MODULE_PATH = ["console.regions"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV["CONSOLE_TIME_ZONE"]
USE_THOUSAND_SEPARATOR = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# Long work -------------------------------------------------------------------------------------
CELERY_BROKER_URL = ENV["CONSOLE_BROKER_URL"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A killed child's place is free again at once: nobody waits for results that are ignored.
CELERY_WORKER_LOST_WAIT = 1.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# So many chunks are worked on at once, on all machines together: fewer than there are workers' threads or processes,
# or sweeps would wait behind long work.
CONSOLE_WORK_AT_ONCE: int = ENV["CONSOLE_WORK_AT_ONCE"]
CONSOLE_WORK_MOST_ROWS: int = ENV["CONSOLE_WORK_MOST_ROWS"]
CONSOLE_WORK_KEPT_DAYS: int = ENV["CONSOLE_WORK_KEPT_DAYS"]
CONSOLE_WORK_HOURS = env_values.hours_by_kind(ENV["CONSOLE_WORK_HOURS"])
CONSOLE_FILE_MOST_BYTES: int = ENV["CONSOLE_FILE_MOST_BYTES"]
CONSOLE_FILE_MOST_COLUMNS: int = ENV["CONSOLE_FILE_MOST_COLUMNS"]
CONSOLE_FILE_LONGEST_CELL: int = ENV["CONSOLE_FILE_LONGEST_CELL"]
BROKER_DIR = VAR_DIR / "broker"


def broker_options(url: str) -> dict[str, Any]:
    """What each broker needs so that a killed worker's messages come back soon."""
    if url.startswith("filesystem"):
        folders = {name: BROKER_DIR / name for name in ("messages", "processed", "control")}
        for folder in folders.values():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "data_folder_in": str(folders["messages"]),
            "data_folder_out": str(folders["messages"]),
            "processed_folder": str(folders["processed"]),
            "control_folder": str(folders["control"]),
            "store_processed": False,
            # Also the pause after each handful of messages a worker may hold: half a second would be too few rings.
            "polling_interval": 0.1,
        }
    if url.startswith("redis"):
        return {
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # Pages ring too: they must not hang on a machine that is away.
            "socket_connect_timeout": 3,
        }
    return {"confirm_publish": True}


CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL)
if CELERY_BROKER_URL.startswith("amqp"):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
CELERY_TASK_DEFAULT_QUEUE = "console"

# Logs ------------------------------------------------------------------------------------------
LOGGING = logging_at(ENV["CONSOLE_LOG_LEVEL"])
