"""Django's settings; all that differs between places comes from console/env.py."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from console import env

BASE_DIR = env.BASE_DIR
ENV = env.read()

SECRET_KEY = ENV["CONSOLE_SECRET_KEY"]
DEBUG = ENV["CONSOLE_DEBUG"]
ALLOWED_HOSTS = ENV["CONSOLE_ALLOWED_HOSTS"]
VAR_DIR: Path = ENV["CONSOLE_VAR_DIR"]
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

CONSOLE_ENVIRONMENT = ENV["CONSOLE_ENVIRONMENT"]
CONSOLE_ORGANISATION = ENV["CONSOLE_ORGANISATION"]
CONSOLE_DEFAULT_REGION = ENV["CONSOLE_DEFAULT_REGION"]
AUDIT_KEY: str = ENV["CONSOLE_AUDIT_KEY"]
# The number of trusted proxies in front: the person's address is taken from their header only then.
CONSOLE_PROXIES: int = ENV["CONSOLE_PROXIES"]
CAPILLARY = {
    name.removeprefix("CAPILLARY_").lower(): value
    for name, value in ENV.items()
    if name.startswith("CAPILLARY_")
}

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
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.ReferenceMiddleware",
    "apps.core.middleware.NeverStored",
    "apps.core.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.middleware.HtmxLoginRedirect",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.middleware.ErrorMiddleware",
    "apps.staff.middleware.RefusalTrail",
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
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Account and address together: a stranger who guesses cannot lock the owner out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
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

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Strict would hide the token from the address a telephone system opens, which then gets another one: the forms of
# all other tabs would die. A token that comes along without its form is worth nothing.
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Headers ---------------------------------------------------------------------------------------
HTTPS = ENV["CONSOLE_HTTPS"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Neighbours on the same domain may still speak plain HTTP: only a setting binds them too.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and ENV["CONSOLE_HSTS_SUBDOMAINS"]
if ENV["CONSOLE_PROXIES"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Words, times, files ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
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
CONSOLE_WORK_HOURS = env.hours_by_kind(ENV["CONSOLE_WORK_HOURS"])
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
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "reference": {"()": "apps.core.context.ReferenceFilter"},
        "address": {"()": "apps.core.addresses.AddressFilter"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{levelname}{name}{reference}{message}",
            "style": "{",
            # UTC with its offset, whatever the console shows.
            "timestamp": "at",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "defaults": {"reference": ""},
        }
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["reference", "address"],
        },
    },
    "root": {"handlers": ["stdout"], "level": ENV["CONSOLE_LOG_LEVEL"]},
    "loggers": {
        "django.server": {"handlers": ["stdout"], "propagate": False},
        "axes": {"level": "WARNING"},
    },
}
