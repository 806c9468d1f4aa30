"""Settings of the sandbox process; reads only SANDBOX_* from the environment."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Nothing here protects anything real: the key only signs the sandbox's own short-lived tokens.
SECRET_KEY = os.environ.get("SANDBOX_SECRET_KEY", "sandbox-only-not-a-secret")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SANDBOX_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")

SANDBOX_TOKEN_SECONDS = int(os.environ.get("SANDBOX_TOKEN_SECONDS", "300"))
SANDBOX_CLIENT_KEY = os.environ.get("SANDBOX_CLIENT_KEY", "demo-key")
SANDBOX_CLIENT_SECRET = os.environ.get("SANDBOX_CLIENT_SECRET", "demo-secret")
SANDBOX_TILL_PASSWORD = os.environ.get("SANDBOX_TILL_PASSWORD", "demo-till")

INSTALLED_APPS = ["rest_framework", "apps.sandbox.apps.SandboxConfig"]
ROOT_URLCONF = "apps.sandbox.urls"
WSGI_APPLICATION = "apps.sandbox.wsgi.application"

MIDDLEWARE = [
    "apps.sandbox.control.middleware.FaultMiddleware",
    "apps.sandbox.control.middleware.RequestIdMiddleware",
    "apps.sandbox.goodwill.crediting.LateCreditMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
APPEND_SLASH = False

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SANDBOX_DATABASE", str(ROOT / "var" / "sandbox.sqlite3")),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Its own folder alone: beside it lie the console's error pages, which speak of things unknown here.
        "DIRS": [ROOT / "templates" / "sandbox"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"]},
    }
]

REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.sandbox.api.auth.TokenOrTill"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.sandbox.api.auth.SignedIn"],
    "EXCEPTION_HANDLER": "apps.sandbox.api.errors.answer_for",
    "DEFAULT_RENDERER_CLASSES": ["apps.sandbox.api.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

TIME_ZONE = "Asia/Kolkata"
USE_TZ = True
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "sandbox %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SANDBOX_LOG_LEVEL", "WARNING")},
}
